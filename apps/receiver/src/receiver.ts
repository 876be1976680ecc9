import type { ClientAddressTrust, HealthCheck, HttpBindings, Logger, MetricsAccess, Registry } from "@verdict/runtime";
import { Counter, clientAddress, healthRoutes, metricsRoutes } from "@verdict/runtime";
import { type Context, Hono } from "hono";
import { type CallbackDeps, callbackRoutes, type Outcome } from "./callback-routes.ts";

export type ReceiverDeps = Pick<CallbackDeps, "routes" | "accept" | "strangers" | "now"> & {
  /** Who may tell a client's address; null: only its socket. */
  trust: ClientAddressTrust | null;
  log: Logger;
  metrics: Registry;
  metricsAccess: MetricsAccess;
  checks: Readonly<Record<string, HealthCheck>>;
  stopping?: AbortSignal;
};

/** The public endpoint as an HTTP app. The log names route, outcome and sender, never the query: it holds the token. */
export function createReceiver(deps: ReceiverDeps): Hono {
  const { trust, log, metrics, metricsAccess, checks, stopping, ...rest } = deps;
  const addressFrom = clientAddress(trust);
  const addressOf = (c: Context): string =>
    addressFrom(remoteAddress(c), trust ? c.req.header(trust.header) : undefined);
  const count = outcomeCounter(metrics);

  const onAnswer: CallbackDeps["onAnswer"] = (request, outcome, cause) => {
    count(outcome);
    if (outcome === "unavailable") log.error({ route: request.route, err: cause }, "no store took a callback");
    else if (log.isLevelEnabled("debug")) log.debug({ ...request, outcome }, "callback");
  };
  return new Hono()
    .route("/callbacks", callbackRoutes({ ...rest, addressOf, onAnswer }))
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

function outcomeCounter(metrics: Registry): (outcome: Outcome) => void {
  const answers = new Counter({
    name: "verdict_callbacks_total",
    help: "Requests to the callback endpoint by outcome.",
    labelNames: ["outcome"],
    registers: [metrics],
  });
  const children = new Map<Outcome, Counter.Internal>();
  return (outcome) => {
    const child = children.get(outcome) ?? answers.labels(outcome);
    children.set(outcome, child);
    child.inc();
  };
}
