import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { collectDefaultMetrics, Registry } from "prom-client";

export { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** A registry of its own (never prom-client's global one) with Node's default metrics, every metric labelled `app`. */
export function createMetrics(app: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Who may read /metrics. */
export type MetricsAccess = { production: boolean; token?: string | undefined };

/** `/metrics`. With a token: for its bearer only. Without one: open in development, absent in production. */
export function metricsRoutes(registry: Registry, { production, token }: MetricsAccess): Hono {
  return new Hono().get("/metrics", async (c) => {
    if (!token && production) return c.notFound();
    if (token && !isBearer(c.req.header("Authorization"), token)) return c.body(null, 401);
    return c.body(await registry.metrics(), 200, { "Content-Type": registry.contentType, "Cache-Control": "no-store" });
  });
}

/** Hashing first makes both sides equally long, which a constant-time compare needs. */
function isBearer(header: string | undefined, token: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(header ?? ""), hash(`Bearer ${token}`));
}
