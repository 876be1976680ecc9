import { expect, test } from "vitest";
import { repeat } from "../src/repeat.ts";

/** Runs `work` until it has run so many times; every error that was told is kept. */
async function runs(times: number, work: (run: number) => Promise<unknown>) {
  const stopping = new AbortController();
  const told: unknown[] = [];
  let run = 0;
  const counted = async () => {
    run += 1;
    if (run === times) stopping.abort();
    await work(run);
  };
  await repeat(counted, 0, stopping.signal, (error) => told.push(error));
  return { run, told };
}

test("work runs again and again until told to stop", async () => {
  expect(await runs(5, async () => {})).toEqual({ run: 5, told: [] });
});

test("one run begins only when the last one is over", async () => {
  let running = 0;
  await runs(3, async () => {
    running += 1;
    expect(running).toBe(1);
    await new Promise(setImmediate);
    running -= 1;
  });
});

test("an error ends nothing, and a row of them is told once", async () => {
  const { run, told } = await runs(6, async (nth) => {
    if (nth === 2 || nth === 3 || nth === 5) throw nth;
  });
  expect(run).toBe(6);
  expect(told).toEqual([2, 5]);
});

test("work that throws before it promises anything is an error like any other", async () => {
  const { run, told } = await runs(2, () => {
    throw new Error("at once");
  });
  expect([run, told.length]).toEqual([2, 1]);
});

test("the end waits for the run under way, and for nothing else", async () => {
  const stopping = new AbortController();
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  let over = false;
  const work = async () => {
    started.resolve();
    await finish.promise;
  };
  const ending = repeat(work, 3_600_000, stopping.signal, () => {}).then(() => {
    over = true;
  });
  await started.promise;
  stopping.abort();
  await new Promise(setImmediate);
  expect(over).toBe(false);
  finish.resolve();
  // The interval is an hour: a repeat that slept it out would end this test by its timeout.
  await ending;
});

test("a stop in the pause between two runs ends it at once", async () => {
  const stopping = new AbortController();
  const ending = repeat(
    async () => void setImmediate(() => stopping.abort()),
    3_600_000,
    stopping.signal,
    () => {},
  );
  await ending;
  expect(stopping.signal.aborted).toBe(true);
});

test("work that was stopped before it began does not run", async () => {
  let run = false;
  await repeat(
    async () => {
      run = true;
    },
    0,
    AbortSignal.abort(),
    () => {},
  );
  expect(run).toBe(false);
});
