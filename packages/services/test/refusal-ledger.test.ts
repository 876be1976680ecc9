import type { RefusalCount } from "@verdict/db";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { refusalLedger } from "../src/refusal-ledger.ts";

const NOON = Date.parse("2026-03-01T12:00:00.000Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function givenLedger(rowsPerHour: number) {
  const clock = { at: NOON };
  return { clock, ledger: refusalLedger({ rowsPerHour, now: () => new Date(clock.at) }) };
}

const sum = (counts: readonly RefusalCount[]) => counts.reduce((all, { times }) => all + times, 0);
const keyOf = ({ route, reason, source }: Omit<RefusalCount, "hour" | "times" | "firstAt" | "lastAt">) =>
  `${route} ${reason} ${source}`;
/** Counts by their keys, for tests in which the hour does not matter. */
const tally = (counts: readonly RefusalCount[]) => Object.fromEntries(counts.map((row) => [keyOf(row), row.times]));

test("a row says how often, when first and when last", () => {
  const { clock, ledger } = givenLedger(10);
  for (const minute of [5, 7, 31]) {
    clock.at = NOON + minute * MINUTE;
    ledger.count("default", "token_forged", "203.0.113.0/24");
  }
  expect(ledger.take()).toEqual([
    {
      hour: new Date(NOON),
      route: "default",
      reason: "token_forged",
      source: "203.0.113.0/24",
      times: 3,
      firstAt: new Date(NOON + 5 * MINUTE),
      lastAt: new Date(NOON + 31 * MINUTE),
    },
  ]);
});

test("what was taken is not handed out again, and counting starts anew", () => {
  const { clock, ledger } = givenLedger(10);
  ledger.count("default", "token_forged", "a");
  ledger.take();
  expect(ledger.take()).toEqual([]);

  clock.at += MINUTE;
  ledger.count("default", "token_forged", "a");
  expect(ledger.take()).toMatchObject([{ times: 1, firstAt: new Date(clock.at), lastAt: new Date(clock.at) }]);
});

test("what could not be stored comes with the next take, on top of what was counted meanwhile", () => {
  const { clock, ledger } = givenLedger(10);
  ledger.count("default", "token_forged", "a");
  ledger.count("default", "token_forged", "b");
  const failed = ledger.take();
  clock.at += MINUTE;
  ledger.count("default", "token_forged", "a");
  ledger.restore(failed);
  const taken = ledger.take();
  expect(tally(taken)).toEqual({ "default token_forged a": 2, "default token_forged b": 1 });
  expect(taken[0]).toMatchObject({ firstAt: new Date(NOON), lastAt: new Date(NOON + MINUTE) });
});

test("an hour that ended before it was taken keeps its own rows", () => {
  const { clock, ledger } = givenLedger(10);
  ledger.count("default", "token_forged", "a");
  clock.at += HOUR;
  ledger.count("default", "token_forged", "a");
  expect(ledger.take().map(({ hour, times }) => [hour.getTime(), times])).toEqual([
    [NOON, 1],
    [NOON + HOUR, 1],
  ]);
});

test("a clock that is set back opens no earlier hour", () => {
  const { clock, ledger } = givenLedger(10);
  ledger.count("default", "token_forged", "a");
  clock.at = NOON - MINUTE;
  ledger.count("default", "token_forged", "b");
  const taken = ledger.take();
  expect(taken.map(({ hour }) => hour.getTime())).toEqual([NOON, NOON]);
  expect(tally(taken)).toEqual({ "default token_forged a": 1, "default token_forged b": 1 });
});

describe("when strangers come from more places than there are rows", () => {
  test("the first ones have rows of their own and all further ones share one", () => {
    const { ledger } = givenLedger(20);
    for (let source = 0; source < 1_000; source += 1) ledger.count("default", "token_forged", `net-${source}`);
    const counts = tally(ledger.take());
    expect(Object.keys(counts)).toHaveLength(15);
    expect(counts).toMatchObject({ "default token_forged net-0": 1, "default token_forged *": 986 });
  });

  test("every other route and reason still has its row", () => {
    const { ledger } = givenLedger(20);
    for (let source = 0; source < 1_000; source += 1) ledger.count("default", "token_forged", `net-${source}`);
    ledger.count("default", "too_fast", "a");
    ledger.count("-", "no_such_route", "a");
    expect(tally(ledger.take())).toMatchObject({ "default too_fast *": 1, "- no_such_route *": 1 });
  });

  test("the rows of an hour stay known after they were taken", () => {
    const { ledger } = givenLedger(20);
    for (let source = 0; source < 1_000; source += 1) ledger.count("default", "token_forged", `net-${source}`);
    ledger.take();
    ledger.count("default", "token_forged", "net-3");
    ledger.count("default", "token_forged", "net-999");
    expect(tally(ledger.take())).toEqual({ "default token_forged net-3": 1, "default token_forged *": 1 });
  });

  test("the next hour has room again", () => {
    const { clock, ledger } = givenLedger(20);
    for (let source = 0; source < 1_000; source += 1) ledger.count("default", "token_forged", `net-${source}`);
    ledger.take();
    clock.at += HOUR;
    ledger.count("default", "token_forged", "net-999");
    expect(tally(ledger.take())).toEqual({ "default token_forged net-999": 1 });
  });

  test("more routes and reasons than rows end in the last row", () => {
    const { ledger } = givenLedger(1);
    ledger.count("default", "token_forged", "a");
    ledger.count("other", "too_fast", "b");
    expect(tally(ledger.take())).toEqual({ "- * *": 2 });
  });
});

test("an outage of many hours costs detail of the oldest, and never a count", () => {
  const { clock, ledger } = givenLedger(20);
  for (let hour = 0; hour < 200; hour += 1) {
    clock.at = NOON + hour * HOUR;
    for (let source = 0; source < 30; source += 1) ledger.count("default", "token_forged", `net-${source}`);
    ledger.restore(ledger.take());
  }
  expect(ledger.size()).toBeLessThanOrEqual(20 + 199);
  const taken = ledger.take();
  expect(sum(taken)).toBe(200 * 30);
  expect(sum(taken.filter(({ hour }) => hour.getTime() === NOON))).toBe(30);
});

type Step =
  | { kind: "count"; route: string; reason: string; source: string }
  | { kind: "wait"; ms: number }
  | { kind: "take" }
  /** The write of the oldest take still under way ends. */
  | { kind: "stored" | "failed" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("count" as const),
      route: fc.constantFrom("default", "other", "-"),
      reason: fc.constantFrom("token_forged", "token_missing", "too_fast"),
      source: fc.constantFrom("*", ..."abcdefghijklmnop"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: -2 * MINUTE, max: 3 * HOUR }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("take" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("stored" as const, "failed" as const) }) },
);

/** Plays steps on a ledger. Writes may be under way side by side, as they are when one hangs. */
function play(rowsPerHour: number, steps: readonly Step[]) {
  const { clock, ledger } = givenLedger(rowsPerHour);
  const writing: RefusalCount[][] = [];
  const stored: RefusalCount[] = [];
  const keys = new Map<number, Set<string>>();
  const counted = new Map<number, number>();
  let hour = NOON;
  let largest = 0;

  const take = () => {
    const taken = ledger.take();
    for (const row of taken) {
      const ofHour = keys.get(row.hour.getTime()) ?? new Set();
      keys.set(row.hour.getTime(), ofHour.add(keyOf(row)));
    }
    return taken;
  };
  for (const next of steps) {
    switch (next.kind) {
      case "count":
        hour = Math.max(hour, Math.floor(clock.at / HOUR) * HOUR);
        counted.set(hour, (counted.get(hour) ?? 0) + 1);
        ledger.count(next.route, next.reason, next.source);
        break;
      case "wait":
        clock.at += next.ms;
        break;
      case "take":
        hour = Math.max(hour, Math.floor(clock.at / HOUR) * HOUR);
        writing.push(take());
        break;
      case "stored":
        stored.push(...(writing.shift() ?? []));
        break;
      case "failed":
        ledger.restore(writing.shift() ?? []);
        break;
    }
    largest = Math.max(largest, ledger.size());
  }
  for (const failed of writing) ledger.restore(failed);
  stored.push(...take());
  return { stored, keys, counted, largest, left: ledger.take() };
}

const bound = fc.integer({ min: 1, max: 40 });
const steps = fc.array(step, { maxLength: 300, size: "max" });

test("whatever happens, every hour's sum is what was counted in it", () => {
  fc.assert(
    fc.property(bound, steps, (rowsPerHour, story) => {
      const { stored, counted, left } = play(rowsPerHour, story);
      const sums = new Map<number, number>();
      for (const { hour, times } of stored) sums.set(hour.getTime(), (sums.get(hour.getTime()) ?? 0) + times);
      expect(Object.fromEntries(sums)).toEqual(Object.fromEntries(counted));
      expect(left).toEqual([]);
    }),
  );
});

test("whatever happens, no hour is ever handed out with more rows than the bound", () => {
  fc.assert(
    fc.property(bound, steps, (rowsPerHour, story) => {
      const { keys } = play(rowsPerHour, story);
      for (const ofHour of keys.values()) expect(ofHour.size).toBeLessThanOrEqual(rowsPerHour);
    }),
  );
});

test("whatever happens, memory stays within its bound", () => {
  fc.assert(
    fc.property(bound, steps, (rowsPerHour, story) => {
      const { largest, counted } = play(rowsPerHour, story);
      expect(largest).toBeLessThanOrEqual(2 * rowsPerHour + counted.size);
    }),
  );
});

test("every row handed out counted something, first before last", () => {
  fc.assert(
    fc.property(bound, steps, (rowsPerHour, story) => {
      for (const { times, firstAt, lastAt } of play(rowsPerHour, story).stored) {
        expect(times).toBeGreaterThan(0);
        expect(firstAt.getTime()).toBeLessThanOrEqual(lastAt.getTime());
      }
    }),
  );
});
