import { type CallbackContent, contentOf, sortParameters, tokenOf } from "./callback-query.ts";
import { readCallbackToken, type TokenKey } from "./callback-token.ts";
import { queryPairs } from "./query-pairs.ts";

/** What the receiver has to know of a route to judge its callbacks. */
export type JudgedRoute = {
  slug: string;
  /** All of them verify. */
  tokenKeys: readonly TokenKey[];
  /** Whether sessions that another system started bring tokens of that system's own. */
  opaqueTokens: boolean;
};

/** More parameters than the provider and any integrator would send. */
export const PARAMETERS_MAX = 32;

/** Why a request was turned away before any store heard of it. */
export type RefusalReason =
  | "too_many_parameters"
  | "no_such_route"
  | "token_missing"
  | "token_malformed"
  | "token_unknown_key"
  | "token_forged";

export type Judgement =
  /** No callback parameter at all: the provider trying whether the address can be reached. */
  | { kind: "probe" }
  /** A probe of a route that nobody configured. */
  | { kind: "nowhere" }
  | { kind: "refused"; reason: RefusalReason }
  /** A genuine token, whether expired or not. */
  | { kind: "genuine"; verificationId: string; expiresAt: Date; keyId: string; content: CallbackContent }
  /** A token that is none of ours, on a route that takes such: only a look-up can tell. */
  | { kind: "opaque"; token: string; content: CallbackContent };

/** Judges one callback from memory alone. `route` is null when nobody configured the one it was sent to. */
export function judgeCallback(route: JudgedRoute | null, rawQuery: string): Judgement {
  const pairs = queryPairs(rawQuery, PARAMETERS_MAX);
  if (!pairs) return refused("too_many_parameters");
  const parameters = sortParameters(pairs);
  if (!parameters) return { kind: route ? "probe" : "nowhere" };
  if (!route) return refused("no_such_route");
  const token = tokenOf(parameters);
  if (!token) return refused("token_missing");

  const reading = readCallbackToken(route.slug, token, route.tokenKeys);
  if (reading.kind === "genuine") {
    return { kind: "genuine", ...reading.subject, keyId: reading.kid, content: contentOf(parameters) };
  }
  if (route.opaqueTokens && reading.reason !== "forged")
    return { kind: "opaque", token, content: contentOf(parameters) };
  return refused(TOKEN_REFUSED[reading.reason]);
}

/** Texts that are there already: one put together for each stranger would have to be hashed anew wherever it is counted. */
const TOKEN_REFUSED = {
  malformed: "token_malformed",
  unknown_key: "token_unknown_key",
  forged: "token_forged",
} as const;

const refused = (reason: RefusalReason): Judgement => ({ kind: "refused", reason });
