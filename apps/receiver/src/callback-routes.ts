import type { Acceptance } from "@verdict/services";
import { type Context, Hono } from "hono";

export type CallbackDeps = {
  accept: (route: string, parameters: Iterable<readonly [string, string]>, at: Date) => Promise<Acceptance>;
  now: () => Date;
  /** Hears how every request ended. */
  onAnswer: (route: string, outcome: Acceptance["outcome"], cause?: unknown) => void;
};

const URL_BYTES_MAX = 4_096;
const PARAMETERS_MAX = 32;

/**
 * The provider's way in: GET for callbacks and for its reachability probe, HEAD for probes that prefer it. Only exactly 200
 * counts as success at the provider, so that is what "durable" is told with, and nothing ever redirects.
 */
export const callbackRoutes = ({ accept, now, onAnswer }: CallbackDeps) =>
  new Hono()
    .use(async (c, next) => {
      await next();
      c.header("Cache-Control", "no-store");
    })
    .get("/:route", async (c) => {
      const query = queryOf(c.req.raw.url);
      if (c.req.raw.url.length - c.req.raw.url.indexOf("/", 8) > URL_BYTES_MAX) {
        return c.json({ status: "refused", reason: "the address is too long" }, 414);
      }
      // HEAD asks whether the address is there. It never changes anything, whatever it carries.
      if (c.req.method === "HEAD") return c.body(null, 200);
      const parameters = [...new URLSearchParams(query)];
      if (parameters.length > PARAMETERS_MAX) return malformed(c, `more than ${PARAMETERS_MAX} parameters`);

      const route = c.req.param("route");
      const result = await accept(route, parameters, now());
      onAnswer(route, result.outcome, result.outcome === "unavailable" ? result.cause : undefined);
      switch (result.outcome) {
        case "accepted":
          return c.json({ status: "accepted" }, 200);
        case "probe":
          return c.body(null, 200);
        case "no_such_route":
          return c.json({ status: "not found" }, 404);
        case "refused":
          return c.json({ status: "refused" }, 401);
        case "malformed":
          return malformed(c, result.reason);
        case "unavailable":
          return c.json({ status: "unavailable" }, 503, { "Retry-After": "1" });
      }
    })
    .all("/:route", (c) => c.json({ status: "refused", reason: "only GET and HEAD" }, 405, { Allow: "GET, HEAD" }));

const malformed = (c: Context, reason: string) => c.json({ status: "malformed", reason }, 400);

function queryOf(url: string): string {
  const start = url.indexOf("?");
  return start === -1 ? "" : url.slice(start + 1);
}
