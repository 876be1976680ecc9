import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CheckPolicy,
  DEFAULT_POLICY,
  deadline,
  nextCheck,
  nextClaimedCheck,
  offsetsFor,
  retentionEnd,
} from "../src/schedule.ts";
import { CREATED, givenVerification, second } from "./given-verification.ts";

const DAY = 86_400;

const offsets = fc.array(fc.integer({ min: 1, max: 4_000 }), { maxLength: 8 });
/** Any policy a settings file may hold, offsets in no particular order. */
const policy: fc.Arbitrary<CheckPolicy> = fc.record({
  silentOffsets: offsets,
  claimedOffsets: offsets,
  grace: fc.integer({ min: 0, max: 600 }),
  steady: fc.integer({ min: 1, max: 7_200 }),
  retention: fc.integer({ min: 1, max: 30 * DAY }),
  cliffWarning: fc.integer({ min: 1, max: 30 * DAY }),
});
/** Also before the session was created: clocks step back. */
const now = fc.integer({ min: -3_600_000, max: 3 * DAY * 1_000 }).map((ms) => second(ms / 1_000));
const claimedAt = fc.option(now);
const held = fc
  .record({ claimedAt, ttl: fc.integer({ min: 1, max: 7_200 }) })
  .map(({ claimedAt, ttl }) =>
    givenVerification({ claimedAt, expiresAt: second(ttl), status: claimedAt ? "claimed" : "awaiting" }),
  );

/** Every moment a session is asked about from `start` up to `until`, if no answer ever settles it. */
function questions(
  session = givenVerification(),
  rules = DEFAULT_POLICY,
  start = CREATED,
  until = second(DAY),
): Date[] {
  const asked: Date[] = [];
  for (let at = nextCheck(session, start, rules); at <= until; at = nextCheck(session, at, rules)) asked.push(at);
  return asked;
}

const seconds = (moments: Date[]): number[] => moments.map((at) => (at.getTime() - CREATED.getTime()) / 1_000);
const pauses = (moments: number[]): number[] => moments.slice(1).map((at, index) => at - (moments[index] ?? 0));

describe("by default", () => {
  test.each<[string, number | null, number, number]>([
    ["a new session is asked about after a minute", null, 0, 60],
    ["an answer just before an offset leaves it standing", null, 59.999, 60],
    ["an answer at an offset goes on to the next", null, 60, 180],
    ["a clock that stepped back behind the start changes nothing", null, -3_600, 60],
    ["the last offset leads to the deadline", null, 900, 1_920],
    ["the deadline is thirty minutes and the grace away", null, 1_919.999, 1_920],
    ["at the deadline five seconds pass", null, 1_920, 1_925],
    ["soon after it still five", null, 1_925, 1_930],
    ["then as much as has passed", null, 2_000, 2_080],
    ["and never more than an hour", null, 1_920 + 2 * 3_600, 1_920 + 3 * 3_600],
    ["a claim is asked about after a second", 700, 700, 701],
    ["then after two", 700, 701, 702],
    ["then after four", 700, 702.5, 704],
    ["the silent offsets go on beside it", 700, 820, 900],
    ["its last offset is ten minutes", 700, 1_000, 1_300],
    ["then the silent schedule takes over", 700, 1_300, 1_920],
    ["a claim at the last moment is asked about in time", 1_919.5, 1_919.5, 1_920],
    ["and goes on densely after the deadline", 1_919.5, 1_920, 1_920.5],
    ["so does one that comes hours later", 10_000, 10_000, 10_001],
  ])("%s", (_promise, claimedAt, now, next) => {
    const session = givenVerification({ claimedAt: claimedAt === null ? null : second(claimedAt) });
    expect(nextCheck(session, second(now), DEFAULT_POLICY)).toEqual(second(next));
  });

  test("a silent session is asked about four times, at the deadline, and ever more rarely after it", () => {
    const asked = seconds(questions());
    expect(asked.slice(0, 9)).toEqual([60, 180, 420, 900, 1_920, 1_925, 1_930, 1_940, 1_960]);
    const after = pauses(asked.filter((at) => at >= 1_920));
    expect(after).toEqual(after.toSorted((a, b) => a - b));
    expect(after.at(-1)).toBe(3_600);
    expect(asked.length).toBeLessThan(50);
  });

  test("a claimed session is asked about ten times in ten minutes, besides the silent schedule", () => {
    const claimed = givenVerification({ claimedAt: second(200) });
    expect(seconds(questions(claimed, DEFAULT_POLICY, second(200), second(900)))).toEqual([
      201, 202, 204, 208, 215, 230, 260, 320, 420, 500, 800, 900,
    ]);
  });

  test("the deadline is expiry and grace, and the provider keeps results for thirty days", () => {
    expect(deadline(givenVerification(), DEFAULT_POLICY)).toEqual(new Date("2026-01-31T12:32:00Z"));
    expect(retentionEnd(givenVerification(), DEFAULT_POLICY)).toEqual(new Date("2026-03-02T12:30:00Z"));
  });
});

describe("under any policy, at any time", () => {
  test("the next question is later than now", () => {
    fc.assert(
      fc.property(held, now, policy, (held, now, policy) => {
        expect(nextCheck(held, now, policy).getTime()).toBeGreaterThan(now.getTime());
        const claimed = nextClaimedCheck(held, now, policy);
        if (claimed) expect(claimed.getTime()).toBeGreaterThan(now.getTime());
      }),
      { numRuns: 1_000 },
    );
  });

  test("before the deadline the next question is not beyond it", () => {
    fc.assert(
      fc.property(held, now, policy, (held, now, policy) => {
        const end = deadline(held, policy);
        fc.pre(now < end);
        expect(nextCheck(held, now, policy).getTime()).toBeLessThanOrEqual(end.getTime());
      }),
      { numRuns: 1_000 },
    );
  });

  test("after the deadline no pause is longer than the steady one", () => {
    fc.assert(
      fc.property(held, now, policy, (held, now, policy) => {
        fc.pre(now >= deadline(held, policy));
        const pause = nextCheck(held, now, policy).getTime() - now.getTime();
        expect(pause).toBeLessThanOrEqual(policy.steady * 1_000);
      }),
      { numRuns: 1_000 },
    );
  });

  test("a silent session is asked about at each of its offsets and at the deadline", () => {
    fc.assert(
      fc.property(policy, fc.integer({ min: 1, max: 7_200 }), (policy, ttl) => {
        const session = givenVerification({ expiresAt: second(ttl) });
        const end = ttl + policy.grace;
        const planned = [...new Set([...policy.silentOffsets.filter((offset) => offset < end), end])];
        const asked = seconds(questions(session, policy, CREATED, second(end)));
        expect(asked).toEqual(planned.sort((a, b) => a - b));
      }),
    );
  });

  test("after the deadline the pauses of a silent session grow up to the steady one", () => {
    fc.assert(
      fc.property(policy, (policy) => {
        const end = deadline(givenVerification(), policy);
        const asked = seconds(
          questions(givenVerification(), { ...policy, steady: policy.steady + 60 }, end, second(DAY)),
        );
        const grown = pauses(asked);
        expect(grown).toEqual(grown.toSorted((a, b) => a - b));
        expect(grown.at(-1)).toBe(policy.steady + 60);
      }),
    );
  });

  test("a claim never makes a session wait longer than silence would", () => {
    fc.assert(
      fc.property(held, now, policy, (held, now, policy) => {
        const silent = nextCheck({ ...held, claimedAt: null }, now, policy);
        expect(nextCheck(held, now, policy).getTime()).toBeLessThanOrEqual(silent.getTime());
      }),
      { numRuns: 1_000 },
    );
  });

  test("the order in which a policy lists its offsets does not matter", () => {
    fc.assert(
      fc.property(held, now, policy, (held, now, policy) => {
        const sorted = {
          ...policy,
          silentOffsets: policy.silentOffsets.toSorted((a, b) => a - b),
          claimedOffsets: policy.claimedOffsets.toSorted((a, b) => a - b),
        };
        expect(nextCheck(held, now, policy)).toEqual(nextCheck(held, now, sorted));
        expect(nextClaimedCheck(held, now, policy)).toEqual(nextClaimedCheck(held, now, sorted));
      }),
    );
  });

  test("without a claim, or when its schedule is through, a claim asks for nothing", () => {
    fc.assert(
      fc.property(held, now, policy, (held, now, policy) => {
        expect(nextClaimedCheck({ ...held, claimedAt: null }, now, policy)).toBeNull();
        const last = Math.max(0, ...policy.claimedOffsets);
        expect(nextClaimedCheck({ ...held, claimedAt: second(0) }, second(last), policy)).toBeNull();
      }),
    );
  });
});

describe("a route whose callbacks stay away", () => {
  const DENSER = [60, 120, 180, 300, 420, 660, 900];

  test.each<[string, number, number, readonly number[]]>([
    ["nothing has ended yet", 0, 0, DEFAULT_POLICY.silentOffsets],
    ["too few have ended to tell", 19, 0, DEFAULT_POLICY.silentOffsets],
    ["none of twenty had a callback", 20, 0, DENSER],
    ["fewer than half had one", 20, 9, DENSER],
    ["half had one", 20, 10, DEFAULT_POLICY.silentOffsets],
    ["all had one", 5_000, 5_000, DEFAULT_POLICY.silentOffsets],
  ])("%s: its sessions are asked about at the offsets that fit", (_case, ended, withCallback, expected) => {
    expect(offsetsFor(DEFAULT_POLICY, { ended, withCallback })).toEqual(expected);
  });

  test("has its sessions asked about halfway between the offsets as well, and at no other time", () => {
    fc.assert(
      fc.property(policy, ({ silentOffsets }) => {
        const denser = offsetsFor({ silentOffsets }, { ended: 20, withCallback: 0 });
        expect(denser).toEqual(denser.toSorted((a, b) => a - b));
        const known = [...new Set(silentOffsets)].sort((a, b) => a - b);
        const halfway = known.slice(1).map((offset, index) => ((known[index] ?? 0) + offset) / 2);
        expect(new Set(denser)).toEqual(new Set([...known, ...halfway]));
      }),
    );
  });
});
