import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Condition,
  chanceOfAtMost,
  DEFAULT_ALERT_RULES,
  inhibitorOf,
  judgeConditions,
  NO_FACTS,
  type OpenAlert,
  silencesIn,
} from "../../src/index.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const open = () => true;

test("the binomial sum is that of the coins", () => {
  expect(chanceOfAtMost(0, 3, 0.5)).toBeCloseTo(1 / 8, 12);
  expect(chanceOfAtMost(1, 3, 0.5)).toBeCloseTo(1 / 2, 12);
  expect(chanceOfAtMost(3, 3, 0.5)).toBeCloseTo(1, 12);
  expect(chanceOfAtMost(0, 2_000, 0.99)).toBe(0);
});

test("the binomial sum is a probability that grows with the hits", () => {
  const coins = fc.record({
    trials: fc.integer({ min: 1, max: 500 }),
    p: fc.double({ min: 0.001, max: 0.999, noNaN: true }),
  });
  fc.assert(
    fc.property(coins, ({ trials, p }) => {
      const sums = Array.from({ length: trials + 1 }, (_, hits) => chanceOfAtMost(hits, trials, p));
      expect(sums.every((sum, index) => sum >= 0 && sum <= 1 && sum >= (sums[index - 1] ?? 0))).toBe(true);
      expect(sums.at(-1)).toBeCloseTo(1, 6);
    }),
    { numRuns: 100 },
  );
});

describe("silence", () => {
  const before = { ended: 1_000, withCallback: 950 };
  const judged = (ended: number, withCallback: number, isOpen = () => false) =>
    silencesIn([{ route: "default", lately: { ended, withCallback }, before }], DEFAULT_ALERT_RULES, isOpen).length > 0;

  test.each([
    ["ten sessions without any", 10, 0, true],
    ["nine sessions without any: too few to tell", 9, 0, false],
    ["a third of a hundred", 100, 33, true],
    ["three of four: less than usual, but no silence", 100, 75, false],
    ["no session at all", 0, 0, false],
  ])("begins with %s: %s of them %s callbacks", (_what, ended, withCallback, silent) => {
    expect(judged(ended, withCallback)).toBe(silent);
  });

  test.each([
    ["nobody comes at night", 0, 0, true],
    ["half of them arrive again", 100, 50, true],
    ["nearly all arrive again", 100, 90, false],
  ])("that is open goes on while %s: %s, %s", (_what, ended, withCallback, goesOn) => {
    expect(judged(ended, withCallback, open)).toBe(goesOn);
  });

  test("is hardly ever seen where callbacks arrive as before", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 100 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (n, luck) => {
          const arrived = Array.from({ length: n }, () => (luck.next().value ?? 0) < 0.95).filter(Boolean).length;
          // Were there a drop at all, it would have to reach below half of what is usual.
          expect(judged(n, arrived) && arrived / n >= 0.475).toBe(false);
        },
      ),
    );
  });
});

test("what is open ends at half of what it took to begin", () => {
  const line = { route: "r", product: "ID_OCR", perSecond: 10, oldestDueAt: null, heldBack: false } as const;
  const saturated = (due: number, isOpen: () => boolean) =>
    judgeConditions({ ...NO_FACTS, lines: [{ ...line, due }] }, NOW, DEFAULT_ALERT_RULES, isOpen).length > 0;
  expect([2_999, 3_000].map((due) => saturated(due, () => false))).toEqual([false, true]);
  expect([1_499, 1_500].map((due) => saturated(due, open))).toEqual([false, true]);
});

describe("inhibition", () => {
  const alert = (changes: Partial<OpenAlert>): OpenAlert => ({
    ...{ id: "a", rule: "backlog", route: "r1", subject: null, confirmation: null },
    ...changes,
  });
  const parked = alert({ id: "p", rule: "route_parked" });

  test.each(["callback_silence", "quota_saturation", "backlog"])(
    "a parked route explains %s of the same route",
    (rule) => {
      expect(inhibitorOf(alert({ rule }), [parked])).toBe(parked);
      expect(inhibitorOf(alert({ rule, route: "r2" }), [parked])).toBeNull();
    },
  );

  test("a confirmed attack explains that its user fails often, a claimed one does not", () => {
    const burst = alert({ rule: "user_burst", subject: "u1" });
    const attack = alert({ id: "x", rule: "liveness_attack", subject: "u1", confirmation: "confirmed" });
    expect(inhibitorOf(burst, [attack])).toBe(attack);
    expect(inhibitorOf(burst, [{ ...attack, confirmation: "unconfirmed" }])).toBeNull();
    expect(inhibitorOf(burst, [{ ...attack, subject: "u2" }])).toBeNull();
  });

  test("an attack is never inhibited", () => {
    const all = [parked, alert({ rule: "route_burst" }), alert({ rule: "quota_saturation" })];
    expect(inhibitorOf(alert({ rule: "liveness_attack", subject: "u1" }), all)).toBeNull();
  });
});

test("conditions say nothing about a person", () => {
  const endings = [{ by: "user", route: "r", subject: "hash-of-a-user", failed: 9, ended: 9 } as const];
  const found: Condition[] = judgeConditions({ ...NO_FACTS, endings }, NOW, DEFAULT_ALERT_RULES);
  expect(found).toHaveLength(1);
  expect(found[0]?.detail).not.toContain("hash-of-a-user");
});
