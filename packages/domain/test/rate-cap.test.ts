import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rateCap } from "../src/rate-cap.ts";

const MANY = 1_000;

/** What a cap says to events of one key at these times, in milliseconds. */
const answers = (cap: ReturnType<typeof rateCap>, times: readonly number[], key = "a") =>
  times.map((time) => cap(key, time));

const at = (ms: number, count: number): number[] => Array.from({ length: count }, () => ms);
const yes = (count: number): boolean[] => Array.from({ length: count }, () => true);

test.each<[string, number, number, number[], boolean[]]>([
  ["the burst comes at once, and no more", 2, 1, [0, 0, 0, 0], [true, true, false, false]],
  [
    "one more for each spacing that has passed",
    2,
    1,
    [0, 0, 499, 500, 500, 1_000],
    [true, true, false, true, false, true],
  ],
  [
    "a quiet second gives one second's worth back",
    2,
    2,
    [...at(0, 5), ...at(1_000, 3)],
    [...yes(4), false, true, true, false],
  ],
  ["a quiet night gives no more than the burst", 2, 2, [...at(0, 4), ...at(9e7, 5)], [...yes(8), false]],
  ["a burst of one second at one a second is one", 1, 1, [0, 999, 1_000, 1_001], [true, false, true, false]],
  ["the first event may come at any time", 1, 1, [123_456.789, 123_457], [true, false]],
])("%s", (_, perSecond, burstSeconds, times, expected) => {
  expect(answers(rateCap({ perSecond, burstSeconds, keys: MANY }), times)).toEqual(expected);
});

test("zero is no cap", () => {
  expect(answers(rateCap({ perSecond: 0, burstSeconds: 10, keys: 1 }), at(0, 10_000))).toEqual(yes(10_000));
});

const rates = fc.record({ perSecond: fc.integer({ min: 1, max: 50 }), burstSeconds: fc.integer({ min: 1, max: 10 }) });
/** Mostly floods with a pause here and there. */
const gap = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.double({ min: 0, max: 50, noNaN: true }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 5_000 }) },
);
/** Times that never run backwards. */
const times = fc.array(gap, { maxLength: 300 }).map((gaps) => {
  let now = 1_000_000;
  return gaps.map((gap) => (now += gap));
});

describe("whatever comes whenever,", () => {
  test("no window of time holds more than its rate and one burst", () => {
    fc.assert(
      fc.property(rates, times, ({ perSecond, burstSeconds }, times) => {
        const cap = rateCap({ perSecond, burstSeconds, keys: MANY });
        const through = times.filter((time) => cap("a", time));
        for (const [first, from] of through.entries()) {
          for (const [later, to] of through.slice(first).entries()) {
            const most = (perSecond * (to - from)) / 1_000 + perSecond * burstSeconds;
            if (later + 1 > most + 1e-6) throw new Error(`${later + 1} came within ${to - from} ms`);
          }
        }
      }),
    );
  });

  test("an event that was refused does not count", () => {
    fc.assert(
      fc.property(rates, times, ({ perSecond, burstSeconds }, times) => {
        const [flooded, polite] = [0, 1].map(() => rateCap({ perSecond, burstSeconds, keys: MANY }));
        if (!flooded || !polite) throw new Error("there are two caps");
        const through = times.filter((time) => flooded("a", time));
        expect(answers(polite, through)).toEqual(yes(through.length));
        const end = times.at(-1) ?? 0;
        const after = Array.from({ length: 20 }, (_, index) => end + 20 * index);
        expect(answers(flooded, after)).toEqual(answers(polite, after));
      }),
    );
  });

  test("keys know nothing of each other", () => {
    fc.assert(
      fc.property(rates, times, fc.infiniteStream(fc.constantFrom("a", "b", "__proto__")), (options, times, keys) => {
        const events = times.map((time) => ({ key: keys.next().value, time }));
        const together = rateCap({ ...options, keys: MANY });
        const told = events.map(({ key, time }) => together(key, time));
        for (const alone of ["a", "b", "__proto__"]) {
          const cap = rateCap({ ...options, keys: MANY });
          const own = events.flatMap(({ key, time }, index) => (key === alone ? [{ time, told: told[index] }] : []));
          expect(own.map(({ time }) => cap(alone, time))).toEqual(own.map(({ told }) => told));
        }
      }),
    );
  });

  test("a key that keeps to the rate is never refused", () => {
    fc.assert(
      fc.property(rates, fc.array(gap, { maxLength: 300 }), ({ perSecond, burstSeconds }, pauses) => {
        const cap = rateCap({ perSecond, burstSeconds, keys: MANY });
        let now = 1_000_000;
        const slow = pauses.map((pause) => (now += 1_000 / perSecond + pause));
        expect(answers(cap, slow)).toEqual(yes(slow.length));
      }),
    );
  });
});

describe("only so many keys are remembered:", () => {
  const spent = (keys: number) => {
    const cap = rateCap({ perSecond: 1, burstSeconds: 1, keys });
    expect(answers(cap, [0, 0])).toEqual([true, false]);
    return cap;
  };
  const comeBy = (cap: ReturnType<typeof rateCap>, count: number) => {
    for (let index = 0; index < count; index++) cap(`other ${index}`, 0);
  };

  test.each([1, 2, 100])("of %i the last ones", (keys) => {
    const kept = spent(keys);
    comeBy(kept, keys - 1);
    expect(kept("a", 0)).toBe(false);

    const forgotten = spent(keys);
    comeBy(forgotten, keys);
    expect(forgotten("a", 0)).toBe(true);
  });

  test("the one that was let through longest ago goes first", () => {
    const cap = rateCap({ perSecond: 1, burstSeconds: 2, keys: 2 });
    for (const key of ["a", "a", "b", "b", "a"]) cap(key, 0);
    expect(cap("b", 1_000)).toBe(true);
    expect(cap("c", 1_000)).toBe(true);
    // "a" was let through before "b", so it is the one that was forgotten and has its whole burst again.
    expect(answers(cap, [1_000, 1_000, 1_000])).toEqual([true, true, false]);
  });
});
