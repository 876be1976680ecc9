import { randomBytes, randomUUIDv7 } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openDatabase, pingDatabase, readBacklog, watchChanges } from "@verdict/db";
import { openDeliveryClient, PUBLIC_ONLY, systemResolve } from "@verdict/delivery";
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
  type Act,
  detailCipher,
  type EraseRequest,
  erasePerson,
  type FaceCheckRequest,
  hashUser,
  type RedriveRequest,
  type RegisterRequest,
  recheckVerification,
  redriveWork,
  registerVerification,
  requestPictures,
  runFaceCheck,
  type StartRequest,
  type StartRoute,
  startVerification,
  voidVerification,
} from "@verdict/services";
import { warnOfAccess } from "./access/access-warnings.ts";
import { ownOrigins } from "./access/own-origins.ts";
import { createAuth } from "./access/sign-in/auth.ts";
import { createApi } from "./api.ts";
import { readConsole } from "./console/read-console.ts";
import { changeWaiters } from "./live/wait-for-change.ts";
import { addBacklogMetrics } from "./metrics/backlog-metrics.ts";
import type { DetailRoutesDeps } from "./personal/detail-routes.ts";
import { readSettings } from "./settings.ts";
import { putBackJobs } from "./work/put-back-jobs.ts";

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
    cipher: detailCipher(settings.DATA_ENCRYPTION_KEYS),
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

  const pictures: DetailRoutesDeps["requestPictures"] = (row, wish) => {
    const route = routes.get(row.route);
    const qps = settings.routes.find(({ slug }) => slug === row.route)?.qps ?? {};
    return route ? requestPictures(deps, { provider: route.provider, qps }, row, wish) : null;
  };

  const redrive = (request: RedriveRequest) => redriveWork({ ...deps, ...putBackJobs(queue) }, request);

  const allowed = settings.DELIVERY_ALLOWED_TARGETS ?? PUBLIC_ONLY;
  const delivery = { client: openDeliveryClient({ allowed, timeoutMs: 10_000 }), allowed, resolve: systemResolve };

  const waiters = changeWaiters();
  const watching = await watchChanges(db, waiters.wake, waiters.wakeAll);
  const origins = ownOrigins(settings);
  const { publicUrl } = origins;
  const secret = settings.AUTH_SECRET ?? randomBytes(32).toString("base64url");
  const auth = createAuth({ ...deps, ...origins, secret, oidc: settings.oidc, log });
  await warnOfAccess({ ...deps, log, publicUrl, settings });
  const metrics = createMetrics("api");
  addBacklogMetrics(metrics, { read: () => readBacklog(db, deps.now()), now: deps.now });
  const app = createApi({
    db,
    start,
    checkFace,
    register,
    recheck: (act: Act) => recheckVerification(deps, act),
    void: (act: Act) => voidVerification(deps, act),
    redrive,
    requestPictures: pictures,
    erase: (request: EraseRequest) => erasePerson(deps, request),
    hashUser: (merchantUserId: string) => hashUser(deps.pepper, merchantUserId),
    cipher: deps.cipher,
    delivery,
    retention: { ...settings.RETENTION, refusals: settings.REFUSALS_KEPT_DAYS },
    waiters,
    now: deps.now,
    bootstrapKey: settings.API_BOOTSTRAP_KEY,
    auth,
    hasOidc: settings.oidc !== null,
    trust: settings.trust,
    publicUrl,
    origins: [publicUrl, ...origins.alsoTrusted],
    log,
    metrics,
    metricsAccess: { production: settings.production, token: settings.METRICS_TOKEN },
    checks: { postgres: () => pingDatabase(db) },
    stopping,
    console: await readConsole(fileURLToPath(new URL("../../console/dist", import.meta.url))),
  });
  const serving = await serve({
    app,
    port: settings.API_PORT,
    variable: "API_PORT",
    shared: settings.PROCESSES_EACH > 1,
  });
  listening(serving.port);
  log.info({ port: serving.port, routes: [...routes.keys()] }, "listening");

  const closeClients = () => Promise.all([...routes.values()].map(({ provider }) => provider.close()));
  return [
    () => db.close(),
    closeClients,
    () => delivery.client.close(),
    () => queue.close(),
    () => watching.stop(),
    () => serving.close(),
  ];
});

function toStartRoute(route: Route): StartRoute {
  const [signingKey] = route.callbackTokenKeys;
  if (!signingKey) throw new SettingsError(`CALLBACK_TOKEN_KEYS: route ${route.slug} has no key to sign with`);
  return { slug: route.slug, provider: createProviderClient(route), signingKey, callbackPath: callbackPath(route) };
}
