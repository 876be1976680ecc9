import {
  BODY_LENGTH,
  readCallbackToken,
  type TokenKey,
  type TokenReading,
  type TokenSubject,
} from "./callback-token.ts";

/** A route as far as its tokens go. */
export type TokenRoute = { slug: string; keys: readonly TokenKey[] };

/** What a token is worth at a route, and why. */
export type TokenInspection =
  | { kind: "genuine"; kid: string; subject: TokenSubject; expired: boolean }
  | { kind: "malformed"; why: string }
  | { kind: "unknown_route"; known: string[] }
  | { kind: "unknown_key"; kid: string; known: string[] }
  /** Genuine, but at another route. */
  | { kind: "wrong_route"; kid: string; madeFor: string; subject: TokenSubject; expired: boolean }
  /** `kid` is known, but its secret has not made this token for this route; what it says of itself proves nothing. */
  | { kind: "forged"; kid: string };

/**
 * Says exactly why a token is or is not good at `route`: for the people who hold the keys. A receiver says the same 401 to
 * every stranger. An expired token is genuine; callbacks under it are kept and marked late.
 */
export function inspectCallbackToken(
  route: string,
  token: string,
  routes: readonly TokenRoute[],
  now: Date,
): TokenInspection {
  const asked = routes.find(({ slug }) => slug === route);
  if (!asked) return { kind: "unknown_route", known: routes.map(({ slug }) => slug) };
  const reading = readCallbackToken(route, token, asked.keys);
  if (reading.kind === "genuine") return genuine(reading, now);
  if (reading.reason === "malformed") return { kind: "malformed", why: whyMalformed(token) };

  for (const { slug, keys } of routes) {
    const elsewhere = readCallbackToken(slug, token, keys);
    if (elsewhere.kind === "genuine") return { ...genuine(elsewhere, now), kind: "wrong_route", madeFor: slug };
  }
  const kid = token.slice(0, token.indexOf("."));
  if (reading.reason === "forged") return { kind: "forged", kid };
  return { kind: "unknown_key", kid, known: asked.keys.map((key) => key.kid) };
}

const genuine = ({ kid, subject }: Extract<TokenReading, { kind: "genuine" }>, now: Date) =>
  ({ kind: "genuine", kid, subject, expired: subject.expiresAt <= now }) as const;

/** The first thing that is wrong with its form. Quotes nothing of it: it may be somebody's secret. */
function whyMalformed(token: string): string {
  if (token === "") return "it is empty";
  const dot = token.indexOf(".");
  if (dot < 0) return "there is no dot between a key id and the rest";
  const [kid, body] = [token.slice(0, dot), token.slice(dot + 1)];
  if (!/^[A-Za-z0-9_-]{1,15}$/.test(kid)) return "what stands before the dot is not 1 to 15 of A-Z, a-z, 0-9, _ and -";
  const stranger = /[^A-Za-z0-9_-]/.exec(body);
  if (stranger) return `character ${dot + 2 + stranger.index} is none of A-Z, a-z, 0-9, _ and -`;
  const cut = body.length < BODY_LENGTH ? "; was it cut off?" : "";
  return `${body.length} characters stand behind the dot instead of ${BODY_LENGTH}${cut}`;
}
