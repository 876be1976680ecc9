import { createHash, timingSafeEqual } from "node:crypto";
import { type JudgedRoute, judgeCallback, type RefusalReason } from "@verdict/domain";
import type { Acceptable, Acceptance } from "@verdict/services";
import { type Context, Hono } from "hono";
import type { Strangers } from "./strangers.ts";

/** A route as the receiver serves it. */
export type ServedRoute = JudgedRoute & {
  pathSecret: string | null;
  /** Whether callbacks may come from this address. */
  allows: (address: string) => boolean;
};

/** How a request ended, in a word for metrics and log. */
export type Outcome = Acceptance["outcome"] | "probe" | "refused" | "too_fast";

/** What may be told of a request. */
export type AnsweredRequest = {
  method: string;
  route: string;
  address: string;
  /** The session that its token names, if that is genuine. */
  verificationId?: string;
  /** When a store began to be waited for, by `clock`; 0: none was. */
  keptSince: number;
};

/** Why a request may be refused, besides what its token and parameters say. */
export const REFUSALS_HERE = ["too_long", "method", "address_not_allowed", "token_unknown"] as const;
type ReasonHere = (typeof REFUSALS_HERE)[number] | RefusalReason;

export type CallbackDeps = {
  /** By slug. */
  routes: ReadonlyMap<string, ServedRoute>;
  accept: (route: string, judged: Acceptable, at: Date) => Promise<Acceptance>;
  strangers: Strangers;
  addressOf: (c: Context) => string;
  now: () => Date;
  /** Milliseconds of a clock that only goes forward. */
  clock: () => number;
  /** Hears how every request ended. The query is not told: it holds the token. */
  onAnswer: (request: AnsweredRequest, outcome: Outcome, cause?: unknown) => void;
};

const URL_LENGTH_MAX = 4_096;

/** Says so where a route was asked for that nobody configured: strangers make up names, and those are nobody's business. */
export const NO_ROUTE = "-";

/**
 * The provider's way in: GET for callbacks and for its reachability probe, HEAD for probes that prefer it. Only exactly 200
 * counts as success at the provider, so that is what "durable" is told with, and nothing ever redirects. A request that is
 * refused is answered within the same turn, from memory.
 */
export function callbackRoutes(deps: CallbackDeps) {
  const handle = (c: Context, slug: string, secret: string | null): Response | Promise<Response> => {
    const { method, url } = c.req;
    const address = deps.addressOf(c);
    const route = find(deps.routes, slug, secret);
    const request: AnsweredRequest = { method, route: route?.slug ?? NO_ROUTE, address, keptSince: 0 };

    const answered = (outcome: Outcome, response: Response, cause?: unknown): Response => {
      deps.onAnswer(request, outcome, cause);
      return response;
    };
    const refuse = (reason: ReasonHere, response: () => Response): Response =>
      deps.strangers.refuse(request.route, reason, address)
        ? answered("refused", response())
        : answered("too_fast", tooFast());

    // The length of what was asked for; what stands before it is the host.
    if (url.length - url.indexOf("/", 8) > URL_LENGTH_MAX) return refuse("too_long", tooLong);
    if (method !== "GET" && method !== "HEAD") return refuse("method", wrongMethod);
    if (route && !route.allows(address)) return refuse("address_not_allowed", forbidden);
    if (!route && secret !== null) return refuse("no_such_route", notFound);
    // HEAD asks whether the address is there. It never changes anything, whatever it carries.
    if (method === "HEAD") return route ? answered("probe", probed()) : refuse("no_such_route", notFound);

    const judged = judgeCallback(route, queryOf(url));
    switch (judged.kind) {
      case "probe":
        return answered("probe", probed());
      case "nowhere":
        return refuse("no_such_route", notFound);
      case "refused":
        return refuse(judged.reason, judged.reason === "too_many_parameters" ? tooMany : unauthorized);
      case "opaque":
        if (!deps.strangers.mayBeLookedUp(address)) return answered("too_fast", tooFast());
    }
    if (judged.kind === "genuine") request.verificationId = judged.verificationId;
    request.keptSince = deps.clock();
    return deps.accept(request.route, judged, deps.now()).then((result) => {
      switch (result.outcome) {
        case "accepted":
          return answered("accepted", accepted());
        case "unknown_token":
          return refuse("token_unknown", unauthorized);
        case "malformed":
          return answered("malformed", malformed(result.reason));
        case "unavailable":
          return answered("unavailable", unavailable(), result.cause);
      }
    });
  };

  return new Hono()
    .all("/:route", (c) => handle(c, c.req.param("route"), null))
    .all("/:route/:secret", (c) => handle(c, c.req.param("route"), c.req.param("secret")));
}

/** The route that was asked for. One with a secret in its path does not exist for those who do not know the secret. */
function find(routes: CallbackDeps["routes"], slug: string, secret: string | null): ServedRoute | null {
  const route = routes.get(slug);
  if (!route) return null;
  if (route.pathSecret === null || secret === null) return route.pathSecret === secret ? route : null;
  return timingSafeEqual(digest(route.pathSecret), digest(secret)) ? route : null;
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

function queryOf(url: string): string {
  const start = url.indexOf("?");
  return start === -1 ? "" : url.slice(start + 1);
}

/** Headers as a plain object and a text as body: the server writes such an answer in one go. */
const answer = (status: number, body: object | null, headers: Record<string, string> = {}) => {
  const text = body && JSON.stringify(body);
  const init = {
    status,
    headers: { "Cache-Control": "no-store", ...(body && { "Content-Type": "application/json" }), ...headers },
  };
  return () => new Response(text, init);
};

const soon = { "Retry-After": "1" };
const accepted = answer(200, { status: "accepted" });
const probed = answer(200, null);
const unauthorized = answer(401, { status: "refused" });
const forbidden = answer(403, { status: "refused" });
const notFound = answer(404, { status: "not found" });
const wrongMethod = answer(405, { status: "refused", reason: "only GET and HEAD" }, { Allow: "GET, HEAD" });
const tooLong = answer(414, { status: "refused", reason: "the address is too long" });
const tooMany = answer(400, { status: "malformed", reason: "more than 32 parameters" });
const tooFast = answer(429, { status: "refused", reason: "too many requests" }, soon);
const unavailable = answer(503, { status: "unavailable" }, soon);
const malformed = (reason: string): Response => answer(400, { status: "malformed", reason })();
