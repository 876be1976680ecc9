import { OpenAPIHono } from "@hono/zod-openapi";
import { isDatabaseAway } from "@verdict/db";
import { QueueUnavailableError } from "@verdict/queue";
import type { HealthCheck, Logger, MetricsAccess, Registry } from "@verdict/runtime";
import { healthRoutes, metricsRoutes } from "@verdict/runtime";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { type AlertDeps, alertRoutes } from "./alert-routes.ts";
import { discrepancyRoutes } from "./discrepancy-routes.ts";
import { type FaceCheckDeps, faceCheckRoutes } from "./face-check-routes.ts";
import { problem } from "./problem.ts";
import { refusalRoutes } from "./refusal-routes.ts";
import { type RegisterRoutesDeps, registerRoutes } from "./register-routes.ts";
import { requireKey } from "./require-key.ts";
import { type VerificationDeps, verificationRoutes } from "./verification-routes.ts";
import { type WorkDeps, workRoutes } from "./work-routes.ts";

export type ApiDeps = VerificationDeps &
  FaceCheckDeps &
  RegisterRoutesDeps &
  AlertDeps &
  WorkDeps & {
    apiKey: string | undefined;
    log: Logger;
    metrics: Registry;
    metricsAccess: MetricsAccess;
    checks: Readonly<Record<string, HealthCheck>>;
    stopping?: AbortSignal;
  };

/** Room for two pictures of at most 1 MB in Base64 and everything beside them. */
const BODY_BYTES_MAX = 2_000_000;

/** The HTTP API as an app. Everything under /v1 needs the key. */
export function createApi({ apiKey, log, metrics, metricsAccess, checks, stopping, ...deps }: ApiDeps) {
  const app = new OpenAPIHono();
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", { type: "http", scheme: "bearer" });
  app.use("/v1/*", requireKey(apiKey));
  app.use("/v1/*", bodyLimit({ maxSize: BODY_BYTES_MAX, onError: (c) => problem(c, "too_large") }));
  app.use("/v1/*", async (c, next) => {
    await next();
    c.header("Cache-Control", "no-store");
  });
  app.route("/", verificationRoutes(deps));
  app.route("/", registerRoutes(deps));
  app.route("/", faceCheckRoutes(deps));
  app.route("/", alertRoutes(deps));
  app.route("/", discrepancyRoutes(deps));
  app.route("/", refusalRoutes(deps));
  app.route("/", workRoutes(deps));
  app.doc31("/openapi.json", { openapi: "3.1.0", info: { title: "Verdict", version: "1" } });
  app.route("/", healthRoutes({ checks, ...(stopping && { stopping }) }));
  app.route("/", metricsRoutes(metrics, metricsAccess));
  app.notFound((c) => problem(c, "not_found", { detail: `There is nothing at ${c.req.method} ${c.req.path}.` }));
  app.onError((error, c) => {
    if (error instanceof HTTPException && error.status === 400) {
      return problem(c, "invalid_request", { detail: "The body is not valid JSON." });
    }
    if (error instanceof HTTPException && error.status === 415) return problem(c, "unsupported_media_type");
    if (error instanceof QueueUnavailableError) return problem(c, "queue_unavailable", {}, { "Retry-After": "1" });
    log.error({ err: error, method: c.req.method, path: c.req.path }, "request failed");
    return isDatabaseAway(error) ? problem(c, "unavailable", {}, { "Retry-After": "1" }) : problem(c, "internal_error");
  });
  return app;
}
