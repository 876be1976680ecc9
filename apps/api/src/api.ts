import type { Db } from "@verdict/db";
import type { HealthCheck, Logger, MetricsAccess, Registry, Tracing } from "@verdict/runtime";
import { healthRoutes, metricsRoutes } from "@verdict/runtime";
import { bodyLimit } from "hono/body-limit";
import { requestId } from "hono/request-id";
import { type AuthenticateDeps, authenticate } from "./access/authenticate.ts";
import { keyRoutes } from "./access/key-routes.ts";
import { meRoutes } from "./access/me-routes.ts";
import { peopleRoutes } from "./access/people-routes.ts";
import { type AuthRoutesDeps, authRoutes } from "./access/sign-in/auth-routes.ts";
import { type AlertDeps, alertRoutes } from "./alerts/alert-routes.ts";
import { assignRoutes } from "./alerts/assign-routes.ts";
import { discrepancyRoutes } from "./alerts/discrepancy-routes.ts";
import { type SilenceDeps, silenceRoutes } from "./alerts/silence-routes.ts";
import { auditRoutes } from "./audit/audit-routes.ts";
import { type ChannelDeps, channelRoutes } from "./channels/channel-routes.ts";
import type { ConsoleFiles } from "./console/read-console.ts";
import { serveConsole } from "./console/serve-console.ts";
import { docsRoutes } from "./docs/docs-routes.ts";
import { deliveryRoutes } from "./endpoints/delivery-routes.ts";
import { endpointRoutes } from "./endpoints/endpoint-routes.ts";
import type { EndpointDeps } from "./endpoints/find-endpoint.ts";
import { type EventDeps, eventRoutes } from "./events/event-routes.ts";
import { type ExportRoutesDeps, exportRoutes } from "./exports/export-routes.ts";
import { calls } from "./http/call.ts";
import { describeApi } from "./http/describe-api.ts";
import { answerError } from "./http/errors.ts";
import { logRequests } from "./http/log-requests.ts";
import { problem } from "./http/problem.ts";
import { runbookRoutes } from "./http/runbook.ts";
import { securityHeaders } from "./http/security-headers.ts";
import { callsOf, countRequests } from "./metrics/count-requests.ts";
import { nowRoutes } from "./now/now-routes.ts";
import { type DetailRoutesDeps, detailRoutes } from "./personal/detail-routes.ts";
import { type ErasureRoutesDeps, erasureRoutes } from "./personal/erasure-routes.ts";
import { type RetentionRoutesDeps, retentionRoutes } from "./personal/retention-routes.ts";
import { QUEUE_BOARD, type QueueBoardDeps, queueBoardRoutes } from "./queue/queue-board.ts";
import { refusalRoutes } from "./refusals/refusal-routes.ts";
import { type StatsDeps, statsRoutes } from "./stats/stats-routes.ts";
import { type ActRoutesDeps, actRoutes } from "./verifications/act-routes.ts";
import { type FaceCheckDeps, faceCheckRoutes } from "./verifications/face-check-routes.ts";
import { type ListDeps, listRoutes } from "./verifications/list-routes.ts";
import { type RegisterRoutesDeps, registerRoutes } from "./verifications/register-routes.ts";
import { type VerificationDeps, verificationRoutes } from "./verifications/verification-routes.ts";
import { type WorkDeps, workRoutes } from "./work/work-routes.ts";

export type ApiDeps = VerificationDeps &
  ListDeps &
  StatsDeps &
  FaceCheckDeps &
  RegisterRoutesDeps &
  ActRoutesDeps &
  AlertDeps &
  SilenceDeps &
  ChannelDeps &
  WorkDeps &
  EventDeps &
  EndpointDeps &
  DetailRoutesDeps &
  ErasureRoutesDeps &
  RetentionRoutesDeps &
  ExportRoutesDeps &
  AuthenticateDeps &
  QueueBoardDeps &
  AuthRoutesDeps & {
    /** Where people reach the API: an origin. */
    publicUrl: string;
    /** Where searches, lists and statistics are read; null: where everything is. */
    replica?: Db | null;
    log: Logger;
    metrics: Registry;
    metricsAccess: MetricsAccess;
    checks: Readonly<Record<string, HealthCheck>>;
    stopping?: AbortSignal;
    /** Null: nothing is traced. */
    tracing?: Tracing | null;
    /** The web app for people; null: it has not been built. */
    console?: ConsoleFiles | null;
  };

/** Room for two pictures of at most 1 MB in Base64 and everything beside them. */
const BODY_BYTES_MAX = 2_000_000;

/** The HTTP API as an app. Everything under /v1 is for callers it knows. */
export function createApi({ metrics, metricsAccess, checks, stopping, ...deps }: ApiDeps) {
  const app = calls();
  app.use(requestId({ limitLength: 64 }));
  app.use(logRequests(deps.log));
  app.use(countRequests(metrics, () => callsOf(app)));
  if (deps.tracing) app.use("/v1/*", deps.tracing.middleware());
  const [ours, boards] = [securityHeaders(deps.publicUrl), securityHeaders(deps.publicUrl, { base: "'self'" })];
  app.use((c, next) => (c.req.path.startsWith(QUEUE_BOARD) ? boards : ours)(c, next));
  app.use("/v1/*", async (c, next) => {
    await next();
    c.header("Cache-Control", "no-store");
  });
  app.use("/v1/*", authenticate(deps));
  app.use("/v1/*", bodyLimit({ maxSize: BODY_BYTES_MAX, onError: (c) => problem(c, "too_large") }));
  const looking = { ...deps, db: deps.replica ?? deps.db };
  const api = app
    .route("/", verificationRoutes(deps))
    .route("/", listRoutes(looking))
    .route("/", registerRoutes(deps))
    .route("/", faceCheckRoutes(deps))
    .route("/", actRoutes(deps))
    .route("/", alertRoutes(deps))
    .route("/", assignRoutes(deps))
    .route("/", discrepancyRoutes(deps))
    .route("/", silenceRoutes(deps))
    .route("/", channelRoutes(deps))
    .route("/", eventRoutes({ ...deps, ...(stopping && { stopping }) }))
    .route("/", endpointRoutes(deps))
    .route("/", deliveryRoutes(deps))
    .route("/", statsRoutes(looking))
    .route("/", nowRoutes(deps))
    .route("/", refusalRoutes(deps))
    .route("/", workRoutes(deps))
    .route("/", detailRoutes(deps))
    .route("/", erasureRoutes(deps))
    .route("/", retentionRoutes(deps))
    .route("/", exportRoutes(deps))
    .route("/", auditRoutes(deps))
    .route("/", keyRoutes(deps))
    .route("/", peopleRoutes(deps))
    .route("/", meRoutes(deps));
  app.route("/", authRoutes(deps));
  app.route("/", queueBoardRoutes(deps));
  app.route("/", runbookRoutes());
  app.route("/", docsRoutes());
  describeApi(app);
  app.route("/", healthRoutes({ checks, ...(stopping && { stopping }) }));
  app.route("/", metricsRoutes(metrics, metricsAccess));
  const page = deps.console ? serveConsole(deps.console) : null;
  app.notFound(
    (c) => page?.(c) ?? problem(c, "not_found", { detail: `There is nothing at ${c.req.method} ${c.req.path}.` }),
  );
  app.onError(answerError(deps.log));
  return api;
}

/** All calls with their types: `hc<Api>(url)` of hono/client makes a typed client of it. */
export type Api = ReturnType<typeof createApi>;
