import fc from "fast-check";
import { expect, test } from "vitest";
import { away, genuine, givenReceiver } from "./support.ts";

const RUNS = 3_000;

const GENUINE = genuine().slice(genuine().indexOf("?") + 1);
const TOKEN = new URLSearchParams(GENUINE).get("callbackToken") ?? "";

const name = fc.oneof(
  fc.mixedCase(fc.constantFrom("callbackToken", "transactionId", "passed", "subCode")),
  fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "callbackToken%00", "callbackToken[]", ""),
  fc.string({ unit: "binary", maxLength: 8 }),
);
/** No percent-encoding of anything, an overlong NUL, half a surrogate, a letter beyond Unicode, the end of a text. */
const broken = fc.constantFrom(
  "%",
  "%%",
  "%2",
  "%zz",
  "%ff%fe",
  "%00",
  "\0",
  "%C0%80",
  "%ED%A0%80",
  "%F8%88%80%80%80",
  "+",
);
const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom("Y", "n", "true", "200", "hks1", "", TOKEN, TOKEN, `${TOKEN}A`, `${TOKEN}%00`),
  },
  { weight: 2, arbitrary: broken },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom("x".repeat(3_000), "%41".repeat(1_000), "x".repeat(100_000)) },
);
const pair = fc.tuple(name, fc.constantFrom("=", "=", "=", "==", ""), value).map((parts) => parts.join(""));
const crowd = fc
  .tuple(
    fc.constantFrom("a=1", "", "%41=%", "passed=Y", "PASSED=N", `callbackToken=${TOKEN}`, "callbackToken=x"),
    fc.constantFrom(2, 31, 32, 33, 1_000, 10_000),
  )
  .map(([pair, times]) => Array.from({ length: times }, () => pair).join("&"));
const noise = fc.oneof(
  { weight: 6, arbitrary: pair },
  { weight: 2, arbitrary: broken },
  { weight: 1, arbitrary: crowd },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);
/** Whatever a stranger may send; now and then around a genuine callback, since only that gets any further. */
const anyQuery = fc
  .tuple(fc.array(noise, { maxLength: 8 }), fc.option(fc.constant(GENUINE)), fc.array(noise, { maxLength: 3 }))
  .chain(([before, callback, after]) =>
    fc
      .constantFrom("&", "&&", "&&&", ";")
      .map((between) => [...before, ...(callback === null ? [] : [callback]), ...after].join(between)),
  );

test(`${RUNS} queries of any kind: only documented answers, and only a genuine token touches a store`, async () => {
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(anyQuery, fc.boolean(), fc.boolean(), async (query, storesAreAway, opaqueTokens) => {
      const stores = storesAreAway ? { commit: away, recordMalformed: away, findOpaqueToken: away } : {};
      const { app, committed, malformed, lookedUp, lines } = givenReceiver({
        ...stores,
        routes: { default: { opaqueTokens } },
      });
      const answer = await app.request(`/callbacks/default?${query}`);
      seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);

      const touched = committed.length + malformed.length;
      if (touched > 0) expect(new URLSearchParams(`?${query}`).getAll(nameIn(query))).toContain(TOKEN);
      expect(touched).toBeLessThanOrEqual(1);
      if (lookedUp.length > 0) expect(opaqueTokens).toBe(true);
      expect(answer.headers.get("Cache-Control")).toBe("no-store");
      expect([200, 400, 401, 414, 503]).toContain(answer.status);
      if (answer.status === 503) expect(storesAreAway && touched + lookedUp.length).toBe(1);
      expect(lines.join("")).not.toContain(TOKEN);
      expect(lines.join("")).not.toContain("request failed");
    }),
    { numRuns: RUNS },
  );
  // Had the generator forgotten one of the ways, the rest would prove little.
  expect([...seen.keys()].sort()).toEqual([200, 400, 401, 414, 503]);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

/** The callback token's name as this query spells it; the first one that holds the genuine token. */
const nameIn = (query: string): string =>
  [...new URLSearchParams(`?${query}`)].find(
    ([name, value]) => /^callbacktoken$/i.test(name) && value === TOKEN,
  )?.[0] ?? "";
