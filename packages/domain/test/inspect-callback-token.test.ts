import fc from "fast-check";
import { expect, test } from "vitest";
import { readCallbackToken, signCallbackToken, type TokenKey } from "../src/callback-token.ts";
import { inspectCallbackToken, type TokenInspection } from "../src/inspect-callback-token.ts";

const key = (kid: string, secret = `a-secret-of-${kid}`): TokenKey => ({ kid, secret });
const subject = { verificationId: "01234567-89ab-4cde-8f01-23456789abcd", expiresAt: new Date("2026-01-31T12:30:00Z") };
const routes = [
  { slug: "one", keys: [key("k2"), key("k1")] },
  { slug: "two", keys: [key("k2"), key("k1")] },
  { slug: "three", keys: [key("t1")] },
];
const NOW = new Date("2026-01-31T12:00:00Z");
const token = signCallbackToken("one", subject, key("k1"));
const changed = token.slice(0, -1) + (token.endsWith("A") ? "B" : "A");
const BODY = "A".repeat(48);

test.each<[string, string, string, TokenInspection]>([
  ["genuine", "one", token, { kind: "genuine", kid: "k1", subject, expired: false }],
  ["of another route with the same key", "two", token, wrongRoute("one", "k1")],
  [
    "of another route with a key of its own",
    "one",
    signCallbackToken("three", subject, key("t1")),
    wrongRoute("three", "t1"),
  ],
  ["of a key nobody has", "one", `k9.${BODY}`, { kind: "unknown_key", kid: "k9", known: ["k2", "k1"] }],
  ["of a key another route has", "one", `t1.${BODY}`, { kind: "unknown_key", kid: "t1", known: ["k2", "k1"] }],
  ["changed in its last character", "one", changed, { kind: "forged", kid: "k1" }],
  [
    "made with another secret",
    "one",
    signCallbackToken("one", subject, key("k1", "another")),
    { kind: "forged", kid: "k1" },
  ],
  ["offered to a route there is not", "four", token, { kind: "unknown_route", known: ["one", "two", "three"] }],
  ["empty", "one", "", malformed("it is empty")],
  ["without a dot", "one", BODY, malformed("there is no dot between a key id and the rest")],
  [
    "without a key id",
    "one",
    `.${BODY}`,
    malformed("what stands before the dot is not 1 to 15 of A-Z, a-z, 0-9, _ and -"),
  ],
  ["with a stranger in it", "one", `k1.AB+${BODY}`, malformed("character 6 is none of A-Z, a-z, 0-9, _ and -")],
  [
    "cut off",
    "one",
    token.slice(0, -3),
    malformed("45 characters stand behind the dot instead of 48; was it cut off?"),
  ],
  ["too long", "one", `${token}A`, malformed("49 characters stand behind the dot instead of 48")],
])("a token that is %s is told for what it is", (_, route, text, told) => {
  expect(inspectCallbackToken(route, text, routes, NOW)).toEqual(told);
});

test("a token is expired from its expiry on, and genuine all the same", () => {
  const at = (now: Date) => inspectCallbackToken("one", token, routes, now);
  expect(at(new Date(subject.expiresAt.getTime() - 1))).toMatchObject({ kind: "genuine", expired: false });
  expect(at(subject.expiresAt)).toMatchObject({ kind: "genuine", expired: true });
});

test("it calls genuine what the receiver takes, and nothing else", () => {
  const text = fc.oneof(
    fc.string(),
    fc.stringMatching(/^k[12]\.[\w-]{46,50}$/),
    fc.constantFrom(token, changed, `${token} `),
  );
  fc.assert(
    fc.property(text, fc.constantFrom("one", "two", "three"), (text, route) => {
      const keys = routes.find(({ slug }) => slug === route)?.keys ?? [];
      const taken = readCallbackToken(route, text, keys).kind === "genuine";
      expect(inspectCallbackToken(route, text, routes, NOW).kind === "genuine").toBe(taken);
    }),
  );
});

function wrongRoute(madeFor: string, kid: string): TokenInspection {
  return { kind: "wrong_route", kid, madeFor, subject, expired: false };
}

function malformed(why: string): TokenInspection {
  return { kind: "malformed", why };
}
