import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeAnswer, nextAttempt, RETRY_DELAYS_MS } from "../src/index.ts";

const HOUR = 3_600_000;
const now = new Date("2026-11-22T06:00:00Z");

test("attempts go on for more than a day, however the dice fall", () => {
  const total = RETRY_DELAYS_MS.reduce((sum, _delay, index) => sum + (nextAttempt(index + 1, 0) ?? 0), 0);
  expect(total).toBeGreaterThan(48 * HOUR);
  expect(RETRY_DELAYS_MS).toHaveLength(11);
});

test("each pause is longer than the one before, and drawn out by a fifth at most", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 11 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const delay = RETRY_DELAYS_MS[attempt - 1] ?? 0;
      const pause = nextAttempt(attempt, random) ?? 0;
      expect(pause).toBeGreaterThanOrEqual(delay);
      expect(pause).toBeLessThanOrEqual(delay * 1.2);
      expect(nextAttempt(attempt + 1, random) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(pause);
    }),
  );
});

test("the twelfth attempt is the last", () => {
  expect(nextAttempt(11, 0)).toBe(24 * HOUR);
  expect(nextAttempt(12, 0)).toBeNull();
  expect(nextAttempt(12, 0, 1_000)).toBeNull();
});

test("an endpoint that asks for a longer pause gets it, for a shorter one it does not", () => {
  expect(nextAttempt(1, 0, 60_000)).toBe(60_000);
  expect(nextAttempt(1, 0, 1_000)).toBe(5_000);
});

test.each<[number, string | undefined, unknown]>([
  [200, undefined, { kind: "delivered" }],
  [204, undefined, { kind: "delivered" }],
  [299, "5", { kind: "delivered" }],
  [410, undefined, { kind: "gone" }],
  [301, undefined, { kind: "retry", retryAfterMs: null }],
  [400, undefined, { kind: "retry", retryAfterMs: null }],
  [404, undefined, { kind: "retry", retryAfterMs: null }],
  [429, "30", { kind: "retry", retryAfterMs: 30_000 }],
  [503, " 30 ", { kind: "retry", retryAfterMs: 30_000 }],
  [503, "0", { kind: "retry", retryAfterMs: null }],
  [503, "99999999999", { kind: "retry", retryAfterMs: 12 * HOUR }],
  [503, "Sun, 22 Nov 2026 06:01:00 GMT", { kind: "retry", retryAfterMs: 60_000 }],
  [503, "Sun, 22 Nov 2026 05:59:00 GMT", { kind: "retry", retryAfterMs: null }],
  [503, "Sun, 22 Nov 2099 05:59:00 GMT", { kind: "retry", retryAfterMs: 12 * HOUR }],
  [503, "-5", { kind: "retry", retryAfterMs: null }],
  [503, "1.5", { kind: "retry", retryAfterMs: null }],
  [503, "soon", { kind: "retry", retryAfterMs: null }],
  [503, "", { kind: "retry", retryAfterMs: null }],
  [500, undefined, { kind: "retry", retryAfterMs: null }],
])("%i with Retry-After %j", (status, retryAfter, meaning) => {
  expect(judgeAnswer(status, { "retry-after": retryAfter }, now)).toEqual(meaning);
});
