import { randomBytes, randomUUIDv7 } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { countConfirmedAfter, openDatabase, pingDatabase, readBacklog, readFigures, watchChanges } from "@verdict/db";
import { openDeliveryClient, PUBLIC_ONLY, systemResolve } from "@verdict/delivery";
import { DEFAULT_POLICY } from "@verdict/domain";
import { ANSWER_CLASSES, createProviderClient, type MadeCall, OPERATION_NAMES, observeCalls } from "@verdict/provider";
import { askProvider, openQueue, reconcileReceipts } from "@verdict/queue";
import {
  callbackPath,
  callMetrics,
  createLogger,
  createMetrics,
  openTracing,
  type Route,
  runApp,
  SettingsError,
  serve,
  type Tracing,
  tellAlert,
} from "@verdict/runtime";
import {
  type Act,
  alertingOf,
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
import { addFigureMetrics } from "./metrics/figure-metrics.ts";
import { addOutcomeMetrics } from "./metrics/outcome-metrics.ts";
import { addQueueMetrics } from "./metrics/queue-metrics.ts";
import type { DetailRoutesDeps } from "./personal/detail-routes.ts";
import { readSettings } from "./settings.ts";
import { putBackJobs } from "./work/put-back-jobs.ts";

/** Sessions that were created so long before this process may still get their result while it runs, and are counted then. */
const COUNTED_BEFORE_MS = 2 * 86_400_000;

await runApp("api", async ({ stopping, listening }) => {
  const settings = readSettings();
  const log = createLogger({ name: "api", level: settings.LOG_LEVEL });
  const directUrl = settings.DATABASE_DIRECT_URL;
  const db = openDatabase(settings.DATABASE_URL, { max: 12, directUrl });
  const replica = settings.DATABASE_REPLICA_URL ? openDatabase(settings.DATABASE_REPLICA_URL, { max: 6 }) : null;
  const queue = openQueue({
    url: settings.QUEUE_URL ?? directUrl ?? settings.DATABASE_URL,
    prefix: settings.QUEUE_PREFIX,
    log,
  });
  const metrics = createMetrics("api");
  const slugs = settings.routes.map(({ slug }) => slug);
  const counted = callMetrics(metrics, { routes: slugs, operations: OPERATION_NAMES, answers: ANSWER_CLASSES });
  const tracing = await openTracing(settings, { service: "api", trustCallers: true });
  const called = (slug: string, call: MadeCall) => {
    counted(slug, call);
    if (tracing) traceCall(tracing, slug, call);
  };
  const routes = new Map(settings.routes.map((route) => [route.slug, toStartRoute(route, called)]));
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
    alerting: alertingOf(settings.alerts.rules, settings.routes),
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
  addBacklogMetrics(metrics, { read: () => readBacklog(db, deps.now()), now: deps.now });
  const { grace } = deps.policy;
  addFigureMetrics(metrics, { read: () => readFigures(db, { now: deps.now(), grace }), now: deps.now });
  const countedSince = new Date(deps.now().getTime() - COUNTED_BEFORE_MS);
  addOutcomeMetrics(metrics, { read: () => countConfirmedAfter(db, countedSince) });
  const jobs = [reconcileReceipts.name, askProvider.name];
  addQueueMetrics(metrics, { jobs, count: (name) => queue.counts({ name }) });
  const app = createApi({
    db,
    replica,
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
    boardQueues: [
      queue.forBoard(reconcileReceipts, "Callbacks to decide on"),
      queue.forBoard(askProvider, "Routes with questions for the provider"),
    ],
    origins: [publicUrl, ...origins.alsoTrusted],
    log,
    metrics,
    metricsAccess: { production: settings.production, token: settings.METRICS_TOKEN },
    checks: { postgres: () => pingDatabase(db) },
    stopping,
    tracing,
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
    ...(tracing ? [() => tracing.close()] : []),
    () => db.close(),
    () => replica?.close(),
    closeClients,
    () => delivery.client.close(),
    () => queue.close(),
    () => watching.stop(),
    () => serving.close(),
  ];
});

/** A call to the provider, as a part of the request that it was made for. */
function traceCall(tracing: Tracing, route: string, { operation, answer, code, begunAt, durationMs }: MadeCall): void {
  const attributes = { "verdict.route": route, "verdict.answer": answer, "verdict.code": code };
  const at = new Date(begunAt.getTime() + durationMs);
  tracing.begin(operation, { kind: "client", begunAt, attributes }).end({ failed: answer === "transient", at });
}

function toStartRoute(route: Route, called: (slug: string, call: MadeCall) => void): StartRoute {
  const [signingKey] = route.callbackTokenKeys;
  if (!signingKey) throw new SettingsError(`CALLBACK_TOKEN_KEYS: route ${route.slug} has no key to sign with`);
  const provider = observeCalls(createProviderClient(route), (call) => called(route.slug, call));
  return { slug: route.slug, provider, signingKey, callbackPath: callbackPath(route) };
}
