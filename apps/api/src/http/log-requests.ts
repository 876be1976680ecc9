import type { Logger } from "@verdict/runtime";
import type { Context, MiddlewareHandler } from "hono";
import { routePath } from "hono/route";

/** Where in a path a verification is named. */
const VERIFICATION = "/v1/verifications/:id";

/**
 * What the log says of a request: its id, which the answer has as `X-Request-Id`, the call, and the verification it is about, by which
 * all processes log. Never the address as it came, nor what came with it.
 */
export function requestFacts(c: Context): { requestId: string; method: string; call: string; verificationId?: string } {
  const call = routePath(c, -1);
  const id = call.startsWith(VERIFICATION) ? c.req.param("id") : undefined;
  return {
    requestId: c.get("requestId"),
    method: c.req.method,
    call,
    ...(id !== undefined && UUID.test(id) && { verificationId: id }),
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A line for each request, for whoever wants to read them. */
export const logRequests =
  (log: Pick<Logger, "debug" | "isLevelEnabled">): MiddlewareHandler =>
  async (c, next) => {
    const begunAt = performance.now();
    await next();
    if (!log.isLevelEnabled("debug")) return;
    const durationMs = Math.round(performance.now() - begunAt);
    log.debug({ ...requestFacts(c), status: c.res.status, durationMs }, "request");
  };
