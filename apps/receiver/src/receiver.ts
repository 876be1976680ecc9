import type { ClientAddressTrust, HealthCheck, HttpBindings, Logger, MetricsAccess, Registry } from "@verdict/runtime";
import { clientAddress, healthRoutes, metricsRoutes } from "@verdict/runtime";
import { type Context, Hono } from "hono";
import { type CallbackDeps, callbackRoutes } from "./callback-routes.ts";
import type { ReceiverMetrics } from "./receiver-metrics.ts";

export type ReceiverDeps = Pick<CallbackDeps, "routes" | "accept" | "strangers" | "now"> & {
  /** Who may tell a client's address; null: only its socket. */
  trust: ClientAddressTrust | null;
  log: Logger;
  metrics: Registry;
  counts: ReceiverMetrics;
  metricsAccess: MetricsAccess;
  checks: Readonly<Record<string, HealthCheck>>;
  stopping?: AbortSignal;
};

/** The public endpoint as an HTTP app. The log names route, outcome and sender, never the query: it holds the token. */
export function createReceiver(deps: ReceiverDeps): Hono {
  const { trust, log, metrics, counts, metricsAccess, checks, stopping, ...rest } = deps;
  const addressFrom = clientAddress(trust);
  const addressOf = (c: Context): string =>
    addressFrom(remoteAddress(c), trust ? c.req.header(trust.header) : undefined);
  const clock = () => performance.now();
  const refuse: CallbackDeps["strangers"]["refuse"] = (route, reason, address) => {
    counts.refused(route, reason);
    return rest.strangers.refuse(route, reason, address);
  };
  const strangers = { ...rest.strangers, refuse };

  const onAnswer: CallbackDeps["onAnswer"] = (request, outcome, cause) => {
    const { route, verificationId, method, address, keptSince } = request;
    counts.answered(route, outcome);
    if (keptSince > 0) counts.answeredAfter(clock() - keptSince);
    if (outcome === "unavailable") log.error({ route, verificationId, err: cause }, "no store took a callback");
    else if (log.isLevelEnabled("debug")) log.debug({ method, route, address, verificationId, outcome }, "callback");
  };
  return new Hono()
    .route("/callbacks", callbackRoutes({ ...rest, strangers, clock, addressOf, onAnswer }))
    .route("/", healthRoutes({ checks, ...(stopping && { stopping }) }))
    .route("/", metricsRoutes(metrics, metricsAccess))
    .notFound((c) => c.json({ status: "not found" }, 404, { "Cache-Control": "no-store" }))
    .onError((error, c) => {
      log.error({ err: error }, "request failed");
      return c.json({ status: "unavailable" }, 503, { "Retry-After": "1", "Cache-Control": "no-store" });
    });
}

/** Undefined when there is no socket, as when a test asks the app directly. */
const remoteAddress = (c: Context<{ Bindings: Partial<HttpBindings> }>): string | undefined =>
  c.env?.incoming?.socket.remoteAddress;
