import { Hono } from "hono";
import { type HealthCheck, healthRoutes } from "./health.ts";
import { type MetricsAccess, metricsRoutes, type Registry } from "./metrics.ts";

type Options = {
  checks: Readonly<Record<string, HealthCheck>>;
  stopping: AbortSignal;
  metrics: Registry;
  access: MetricsAccess;
};

/** What a process that serves nothing else serves: `/livez`, `/readyz` and `/metrics`. */
export const probeApp = ({ checks, stopping, metrics, access }: Options): Hono =>
  new Hono()
    .route("/", healthRoutes({ checks, stopping }))
    .route("/", metricsRoutes(metrics, access))
    .notFound((c) => c.json({ status: "not found" }, 404, { "Cache-Control": "no-store" }));
