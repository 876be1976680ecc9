import { Counter, Histogram, OTHER, type Registry } from "@verdict/runtime";
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const STATUSES = ["1xx", "2xx", "3xx", "4xx", "5xx"] as const;

/**
 * Counts requests by the call they were for, as the document names it: `GET /v1/verifications/{id}` with `:id` in place of what
 * stands in braces. Whatever is no call is `other`, so that a scanner makes no series.
 */
export function countRequests(registry: Registry, known: () => ReadonlySet<string>): MiddlewareHandler {
  const requests = new Counter({
    name: "verdict_api_requests_total",
    help: "Requests to the API by call and class of status",
    labelNames: ["call", "status"],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: "verdict_api_request_seconds",
    help: "How long a request took until its answer began; a call that waits for something takes as long as it was told to",
    labelNames: ["call"],
    buckets: SECONDS,
    registers: [registry],
  });
  let calls: ReadonlySet<string> | undefined;
  return async (c, next) => {
    const begunAt = performance.now();
    await next();
    calls ??= known();
    const asked = `${c.req.method} ${routePath(c, -1)}`;
    const call = calls.has(asked) ? asked : OTHER;
    requests.inc({ call, status: STATUSES[Math.floor(c.res.status / 100) - 1] ?? OTHER });
    seconds.observe({ call }, (performance.now() - begunAt) / 1_000);
  };
}

/** The calls an app answers; what is answered for any method or below a path is none. */
export const callsOf = (app: { routes: readonly { method: string; path: string }[] }): Set<string> =>
  new Set(
    app.routes
      .filter(({ method, path }) => method !== "ALL" && !path.includes("*"))
      .map(({ method, path }) => `${method} ${path}`),
  );
