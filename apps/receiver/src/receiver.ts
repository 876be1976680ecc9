import type { HealthCheck, Logger, MetricsAccess, Registry } from "@verdict/runtime";
import { Counter, healthRoutes, metricsRoutes } from "@verdict/runtime";
import { Hono } from "hono";
import { type CallbackDeps, callbackRoutes } from "./callback-routes.ts";

export type ReceiverDeps = Pick<CallbackDeps, "accept" | "now"> & {
  log: Logger;
  metrics: Registry;
  metricsAccess: MetricsAccess;
  checks: Readonly<Record<string, HealthCheck>>;
  stopping?: AbortSignal;
};

/** The public endpoint as an HTTP app. The log names the route and the outcome, never the query: it holds the token. */
export function createReceiver({ accept, now, log, metrics, metricsAccess, checks, stopping }: ReceiverDeps): Hono {
  const answers = new Counter({
    name: "verdict_callbacks_total",
    help: "Requests to the callback endpoint by outcome.",
    labelNames: ["outcome"],
    registers: [metrics],
  });
  const onAnswer: CallbackDeps["onAnswer"] = (route, outcome, cause) => {
    answers.inc({ outcome });
    if (outcome === "unavailable") log.error({ route, err: cause }, "no store took a callback");
    else log.debug({ route, outcome }, "callback");
  };
  return new Hono()
    .route("/callbacks", callbackRoutes({ accept, now, onAnswer }))
    .route("/", healthRoutes({ checks, ...(stopping && { stopping }) }))
    .route("/", metricsRoutes(metrics, metricsAccess))
    .notFound((c) => c.json({ status: "not found" }, 404))
    .onError((error, c) => {
      log.error({ err: error }, "request failed");
      return c.json({ status: "unavailable" }, 503, { "Retry-After": "1", "Cache-Control": "no-store" });
    });
}
