import type { RefusalCount } from "@verdict/db";
import { refusalLedger } from "@verdict/services";
import { until } from "@verdict/testkit";
import { afterEach, expect, test } from "vitest";
import { keepRefusals } from "../src/keep-refusals.ts";

const NOW = new Date("2026-03-01T10:05:00.000Z");
const SOON = 1;
const NEVER = 1_000_000;

let stop = new AbortController();
afterEach(() => {
  stop.abort();
  stop = new AbortController();
});

type Options = { intervalMs: number; add?: () => Promise<void>; isConnected?: () => boolean };

/** A ledger that is carried to a store which keeps all it is told. */
function givenKeeping({ intervalMs, add = async () => {}, isConnected = () => true }: Options) {
  const ledger = refusalLedger({ rowsPerHour: 100, now: () => NOW });
  const added: (readonly RefusalCount[])[] = [];
  const keeping = keepRefusals({
    ledger,
    add: async (counts) => {
      await add();
      added.push(counts);
    },
    isConnected,
    intervalMs,
    stopping: stop.signal,
  });
  const count = (times: number) => {
    for (let index = 0; index < times; index++) ledger.count("default", "token_forged", "198.51.100.0/24");
  };
  return { ledger, added, keeping, count, kept: () => added.flat().reduce((sum, { times }) => sum + times, 0) };
}

test("counts are carried from time to time, each once", async () => {
  const { added, count, kept } = givenKeeping({ intervalMs: SOON });
  count(3);
  await until(async () => kept() === 3);
  expect(added).toMatchObject([[{ route: "default", reason: "token_forged", source: "198.51.100.0/24", times: 3 }]]);
  count(2);
  await until(async () => kept() === 5);
});

test("while there is nothing to carry the store is left alone", async () => {
  let asked = 0;
  const isConnected = () => {
    asked += 1;
    return true;
  };
  const { added } = givenKeeping({ intervalMs: SOON, isConnected });
  await until(async () => asked > 5);
  expect(added).toEqual([]);
});

test("without a connection that stands already they wait in memory, and go with the first one", async () => {
  let [asked, connected] = [0, false];
  const isConnected = () => {
    asked += 1;
    return connected;
  };
  const { added, count, kept } = givenKeeping({ intervalMs: SOON, isConnected });
  count(3);
  await until(async () => asked > 5);
  expect(added).toEqual([]);
  connected = true;
  await until(async () => kept() === 3);
});

test("what could not be stored is carried again, together with what came meanwhile", async () => {
  let fails = 2;
  const { count, kept, added } = givenKeeping({
    intervalMs: SOON,
    add: async () => {
      count(1);
      if (fails-- > 0) throw new Error("Postgres is away");
    },
  });
  count(3);
  // Every attempt counts one more, so the third carries the first three and those of the two that failed.
  await until(async () => kept() >= 5);
  expect(added[0]).toMatchObject([{ times: 5 }]);
});

test("at the stop the rest is carried at once", async () => {
  const { keeping, count, kept } = givenKeeping({ intervalMs: NEVER });
  count(3);
  stop.abort();
  await keeping;
  expect(kept()).toBe(3);
});

test.each([
  ["stores what it was told", false],
  ["fails", true],
])("a stop while a write is under way that %s loses nothing", async (_, fails) => {
  const under = Promise.withResolvers<void>();
  const [started, end] = [Promise.withResolvers<void>(), under.promise];
  let first = true;
  const { keeping, count, kept } = givenKeeping({
    intervalMs: SOON,
    add: async () => {
      if (!first) return;
      first = false;
      started.resolve();
      await end;
      if (fails) throw new Error("Postgres is away");
    },
  });
  count(3);
  await started.promise;
  count(2);
  stop.abort();
  under.resolve();
  await keeping;
  expect(kept()).toBe(5);
});

test("a stop without a connection opens none and holds nobody up", async () => {
  const { keeping, count, added } = givenKeeping({ intervalMs: NEVER, isConnected: () => false });
  count(3);
  stop.abort();
  await keeping;
  expect(added).toEqual([]);
});

test("a stop while the store fails ends all the same, and the counts are still there", async () => {
  const { keeping, count, ledger } = givenKeeping({
    intervalMs: NEVER,
    add: () => Promise.reject(new Error("Postgres is away")),
  });
  count(3);
  stop.abort();
  await keeping;
  expect(ledger.take()).toMatchObject([{ times: 3 }]);
});
