import { randomUUIDv7 } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase, pingDatabase, readBacklog, watchChanges } from "@verdict/db";
import { DEFAULT_POLICY } from "@verdict/domain";
import { createProviderClient } from "@verdict/provider";
import { openQueue } from "@verdict/queue";
import {
  callbackPath,
  createLogger,
  createMetrics,
  type Route,
  runApp,
  SettingsError,
  serve,
  tellAlert,
} from "@verdict/runtime";
import {
  type FaceCheckRequest,
  type RedriveRequest,
  type RegisterRequest,
  redriveWork,
  registerVerification,
  runFaceCheck,
  type StartRequest,
  type StartRoute,
  startVerification,
} from "@verdict/services";
import { createApi } from "./api.ts";
import { addBacklogMetrics } from "./backlog-metrics.ts";
import { putBackJobs } from "./put-back-jobs.ts";
import { readSettings } from "./settings.ts";
import { changeWaiters } from "./wait-for-change.ts";

await runApp("api", async ({ stopping, listening }) => {
  const settings = readSettings();
  const log = createLogger({ name: "api", level: settings.LOG_LEVEL });
  const db = openDatabase(settings.DATABASE_URL, { max: 12 });
  const queue = openQueue({ url: settings.QUEUE_URL ?? settings.DATABASE_URL, prefix: settings.QUEUE_PREFIX, log });
  const routes = new Map(settings.routes.map((route) => [route.slug, toStartRoute(route)]));
  const deps = {
    db,
    policy: {
      ...DEFAULT_POLICY,
      silentOffsets: settings.CHECK_SCHEDULE_SECONDS,
      grace: settings.EXPIRY_GRACE_SECONDS,
    },
    ttl: settings.VERIFICATION_TTL_SECONDS,
    callbackBaseUrl: settings.PUBLIC_CALLBACK_BASE_URL,
    pepper: settings.MERCHANT_USER_PEPPER,
    now: () => new Date(),
    newId: randomUUIDv7,
    onAlert: tellAlert(log),
    wait: (ms: number) => sleep(ms),
  };
  const start = (slug: string, request: StartRequest) => {
    const route = routes.get(slug);
    return route ? startVerification(deps, route, request) : null;
  };

  const checkFace = (slug: string, request: FaceCheckRequest, options: { force: boolean }) => {
    const route = routes.get(slug);
    return route ? runFaceCheck(deps, route, request, options) : null;
  };

  const opaqueTokens = (slug: string) => settings.routes.some((route) => route.slug === slug && route.opaqueTokens);
  const register = (slug: string, request: RegisterRequest) =>
    routes.has(slug) ? registerVerification({ ...deps, opaqueTokens }, slug, request) : null;

  const redrive = (request: RedriveRequest) => redriveWork({ ...deps, ...putBackJobs(queue) }, request);

  const waiters = changeWaiters();
  const watching = await watchChanges(db, waiters.wake, waiters.wakeAll);
  if (!settings.API_BOOTSTRAP_KEY) log.warn("API_BOOTSTRAP_KEY is not set: every call will be refused");
  const metrics = createMetrics("api");
  addBacklogMetrics(metrics, { read: () => readBacklog(db, deps.now()), now: deps.now });
  const app = createApi({
    db,
    start,
    checkFace,
    register,
    redrive,
    waiters,
    now: deps.now,
    apiKey: settings.API_BOOTSTRAP_KEY,
    log,
    metrics,
    metricsAccess: { production: settings.production, token: settings.METRICS_TOKEN },
    checks: { postgres: () => pingDatabase(db) },
    stopping,
  });
  const serving = await serve({ app, port: settings.API_PORT, variable: "API_PORT" });
  listening(serving.port);
  log.info({ port: serving.port, routes: [...routes.keys()] }, "listening");

  const closeClients = () => Promise.all([...routes.values()].map(({ provider }) => provider.close()));
  return [() => db.close(), closeClients, () => queue.close(), () => watching.stop(), () => serving.close()];
});

function toStartRoute(route: Route): StartRoute {
  const [signingKey] = route.callbackTokenKeys;
  if (!signingKey) throw new SettingsError(`CALLBACK_TOKEN_KEYS: route ${route.slug} has no key to sign with`);
  return { slug: route.slug, provider: createProviderClient(route), signingKey, callbackPath: callbackPath(route) };
}
