import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signCallbackToken, type TokenKey } from "../src/callback-token.ts";
import { type JudgedRoute, type Judgement, judgeCallback } from "../src/judge-callback.ts";

const KEY: TokenKey = { kid: "k2", secret: "the secret that signs" };
const OLD_KEY: TokenKey = { kid: "k1", secret: "the secret that still verifies" };
const RETIRED: TokenKey = { kid: "k0", secret: "a secret nobody holds any more" };
const GUESSED: TokenKey = { kid: "k2", secret: "a stranger's guess" };

const ROUTE: JudgedRoute = { slug: "default", tokenKeys: [KEY, OLD_KEY], opaqueTokens: false };
const OPAQUE_ROUTE: JudgedRoute = { ...ROUTE, opaqueTokens: true };

const SESSION = "019cb9f2-7a40-7c10-8a55-2f9e0d6b1c3a";
const EXPIRES = new Date("2026-03-01T10:32:00.000Z");

const tokenOf = (key = KEY, route = "default") =>
  signCallbackToken(route, { verificationId: SESSION, expiresAt: EXPIRES }, key);
const TOKEN = tokenOf();

const PARAMETERS = { callbackToken: TOKEN, transactionId: "hks-1", passed: "Y", subCode: "200" };
const query = (changes: Record<string, string> = {}) => `${new URLSearchParams({ ...PARAMETERS, ...changes })}`;
const without = (name: string) => {
  const rest = new URLSearchParams(PARAMETERS);
  rest.delete(name);
  return `${rest}`;
};
const many = (count: number) => Array.from({ length: count }, (_, index) => `p${index}=1`).join("&");

const content = { kind: "claim", transactionId: "hks-1", claim: { passed: true, subCode: "200" }, extra: {} };
const GENUINE = { kind: "genuine", verificationId: SESSION, expiresAt: EXPIRES, keyId: "k2", content } as Judgement;
const genuine = (changes: object) => ({ ...GENUINE, ...changes });
const nonsense = (reason: string) => genuine({ content: { kind: "malformed", reason } });
const refused = (reason: string) => ({ kind: "refused", reason });
const opaque = (token: string, said: object = content) => ({ kind: "opaque", token, content: said });
const PROBE = { kind: "probe" };

describe("at a route of ours", () => {
  test.each<[string, string, object]>([
    ["nothing", "", PROBE],
    ["ampersands", "&&&", PROBE],
    ["parameters of somebody else", "shop=42&__proto__=1", PROBE],
    ["32 of them", many(32), PROBE],
    ["33 of them", many(33), refused("too_many_parameters")],
    ["33, a genuine callback among them", `${query()}&${many(29)}`, refused("too_many_parameters")],
    ["thousands, some escaped", `%20&${many(5_000)}`, refused("too_many_parameters")],
    ["a genuine callback", query(), GENUINE],
    ["a genuine callback with 28 more", `${query()}&${many(28)}`, genuine({ content: expect.anything() })],
    ["an older key's token", query({ callbackToken: tokenOf(OLD_KEY) }), genuine({ keyId: "k1" })],
    [
      "another verdict",
      query({ passed: "false" }),
      genuine({ content: { ...content, claim: { passed: false, subCode: "200" } } }),
    ],
    [
      "something of the integrator's",
      `${query()}&shop=4+2`,
      genuine({ content: { ...content, extra: { shop: "4 2" } } }),
    ],
    ["no token", without("callbackToken"), refused("token_missing")],
    ["an empty token", query({ callbackToken: "" }), refused("token_missing")],
    ["nothing but nonsense", "passed=perhaps", refused("token_missing")],
    ["two tokens", `${query()}&CALLBACKTOKEN=${tokenOf(OLD_KEY)}`, refused("token_missing")],
    ["a malformed token", query({ callbackToken: "100000****" }), refused("token_malformed")],
    ["a token with a letter too many", query({ callbackToken: `${TOKEN}A` }), refused("token_malformed")],
    ["a malformed token and nonsense", "callbackToken=x&passed=perhaps", refused("token_malformed")],
    ["a retired key's token", query({ callbackToken: tokenOf(RETIRED) }), refused("token_unknown_key")],
    ["a forged token", query({ callbackToken: tokenOf(GUESSED) }), refused("token_forged")],
    ["another route's token", query({ callbackToken: tokenOf(KEY, "branch") }), refused("token_forged")],
    ["no transaction", without("transactionId"), nonsense("transactionid is missing")],
    ["no verdict", without("passed"), nonsense("passed is missing")],
    ["no sub-code", without("subCode"), nonsense("subcode is missing")],
    ["a verdict nobody knows", query({ passed: "P" }), nonsense("passed is neither yes nor no")],
    ["a NUL in the transaction id", query({ transactionId: "hks\0" }), nonsense("transactionid is not an id")],
    ["two verdicts", `${query()}&PASSED=N`, nonsense("passed is repeated with different values")],
  ])("%s", (_, raw, judgement) => {
    expect(judgeCallback(ROUTE, raw)).toEqual(judgement);
  });
});

describe("at a route that takes tokens of other systems", () => {
  test.each<[string, string, object]>([
    ["nothing", "", PROBE],
    ["a genuine callback", query(), GENUINE],
    ["another system's token", query({ callbackToken: "100000****" }), opaque("100000****")],
    [
      "another system's token with nonsense",
      "callbackToken=100000****&passed=Y&subCode=200",
      opaque("100000****", { kind: "malformed", reason: "transactionid is missing" }),
    ],
    [
      "one that looks like a token of a key we do not have",
      query({ callbackToken: tokenOf(RETIRED) }),
      opaque(tokenOf(RETIRED)),
    ],
    ["a forgery of ours", query({ callbackToken: tokenOf(GUESSED) }), refused("token_forged")],
    ["no token", without("callbackToken"), refused("token_missing")],
    ["33 parameters", many(33), refused("too_many_parameters")],
  ])("%s", (_, raw, judgement) => {
    expect(judgeCallback(OPAQUE_ROUTE, raw)).toEqual(judgement);
  });
});

describe("at a route nobody configured", () => {
  test.each<[string, string, object]>([
    ["nothing", "", { kind: "nowhere" }],
    ["parameters of somebody else", "shop=42", { kind: "nowhere" }],
    ["33 parameters", many(33), refused("too_many_parameters")],
    ["a genuine callback", query(), refused("no_such_route")],
    ["no token", without("callbackToken"), refused("no_such_route")],
    ["nonsense", "passed=perhaps", refused("no_such_route")],
  ])("%s", (_, raw, judgement) => {
    expect(judgeCallback(null, raw)).toEqual(judgement);
  });
});

test("a route without keys believes nothing", () => {
  expect(judgeCallback({ ...ROUTE, tokenKeys: [] }, query())).toEqual(refused("token_unknown_key"));
});

/** Every character as it is or escaped, with either case of the hex digits. */
const spelledOut = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(...Array.from(text, (char) => fc.constantFrom(encodeURIComponent(char), hex(char), hex(char).toLowerCase())))
    .map((chars) => chars.join(""));
const hex = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;

const spelledPair = ([name, value]: [string, string]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.mixedCase(fc.constant(name)).chain(spelledOut), spelledOut(value))
    .map(([name, value]) => `${name}=${value}`);

describe("a genuine callback is judged the same", () => {
  const entries = Object.entries(PARAMETERS);
  const everyPair = fc.tuple(...entries.map(spelledPair));
  const repeats = fc.array(fc.constantFrom(...entries).chain(spelledPair), { maxLength: 12 });
  const empties = fc.array(fc.mixedCase(fc.constantFrom(...Object.keys(PARAMETERS))), { maxLength: 8 });

  test("in any order and letter case, escaped or not, with any repeats of the same", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(ROUTE, OPAQUE_ROUTE),
        fc
          .tuple(everyPair, repeats, empties)
          .map((parts) => parts.flat())
          .chain((pairs) => fc.shuffledSubarray(pairs, { minLength: pairs.length })),
        fc.constantFrom("&", "&&"),
        (route, pairs, between) => {
          expect(judgeCallback(route, pairs.join(between))).toEqual(GENUINE);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("a changed token is never genuine:", () => {
  const judgeToken = (token: string) =>
    [ROUTE, OPAQUE_ROUTE].map((route) => judgeCallback(route, query({ callbackToken: token })) satisfies Judgement);

  test("not with any one bit of its text flipped", () => {
    const bytes = Buffer.from(TOKEN);
    const believed: string[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const token = flipped.toString("latin1");
      if (judgeToken(token).some(({ kind }) => kind === "genuine")) believed.push(token);
    }
    expect(believed).toEqual([]);
  });

  test("not with anything put in, taken out or exchanged", () => {
    const position = fc.nat({ max: TOKEN.length });
    const piece = fc.oneof(
      fc.string({ unit: "binary", maxLength: 3 }),
      fc.constantFrom("A", "-", "_", ".", "=", "+", "\0"),
    );
    fc.assert(
      fc.property(position, fc.nat({ max: 3 }), piece, (start, removed, put) => {
        const token = TOKEN.slice(0, start) + put + TOKEN.slice(start + removed);
        fc.pre(token !== TOKEN);
        for (const judged of judgeToken(token)) expect(judged.kind).not.toBe("genuine");
      }),
      { numRuns: 2_000 },
    );
  });

  test("not beside the genuine one, in whatever order and letter case", () => {
    const names = fc.tuple(fc.mixedCase(fc.constant("callbackToken")), fc.mixedCase(fc.constant("callbackToken")));
    fc.assert(
      fc.property(names, fc.string({ minLength: 1 }), fc.boolean(), ([one, two], other, first) => {
        fc.pre(other !== TOKEN);
        const tokens = [`${one}=${TOKEN}`, `${two}=${encodeURIComponent(other)}`];
        const raw = [...(first ? tokens : tokens.toReversed()), without("callbackToken")].join("&");
        expect(judgeCallback(ROUTE, raw)).toEqual(refused("token_missing"));
      }),
    );
  });
});

test("no query makes it throw, and without a token of ours none is genuine", () => {
  const names = fc.mixedCase(fc.constantFrom("callbackToken", "transactionId", "passed", "subCode"));
  const part = fc.oneof(
    names,
    fc.constantFrom("=", "&", "%", "%00", "%C0%80", "%ED%A0%80", "__proto__", "Y", "200", TOKEN.slice(0, -1)),
    fc.string({ unit: "binary", maxLength: 5 }),
  );
  const route = fc.constantFrom(ROUTE, OPAQUE_ROUTE, null);
  fc.assert(
    fc.property(route, fc.array(part, { maxLength: 30 }), (route, parts) => {
      fc.pre(!parts.join("").includes(TOKEN));
      expect(judgeCallback(route, parts.join("")).kind).not.toBe("genuine");
    }),
    { numRuns: 3_000 },
  );
});
