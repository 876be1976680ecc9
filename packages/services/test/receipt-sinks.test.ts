import type { NewReceipt } from "@verdict/db";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { firstSinkThatTakes, NoSinkError, type ReceiptSink } from "../src/receipt-sinks.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const LIMIT_MS = 1_000;
const batch: readonly NewReceipt[] = [];

const takes = async () => {};
const hangs = () => new Promise<void>(() => {});
const refuses = (reason: string) => async () => {
  throw new Error(reason);
};

/** Two stores, and the order in which they were asked. */
function givenSinks(postgres: ReceiptSink["write"], queue: ReceiptSink["write"]) {
  const asked: string[] = [];
  const sink = (name: ReceiptSink["name"], write: ReceiptSink["write"]): ReceiptSink => ({
    name,
    write: (given) => {
      asked.push(name);
      expect(given).toBe(batch);
      return write(given);
    },
  });
  return { asked, sinks: [sink("postgres", postgres), sink("queue", queue)] };
}

/** What a promise came to, after the clock has moved. */
async function after(ms: number, work: Promise<void>): Promise<unknown> {
  let outcome: unknown = "nothing yet";
  work.then(
    () => (outcome = "durable"),
    (error) => (outcome = error),
  );
  await vi.advanceTimersByTimeAsync(ms);
  return outcome;
}

test("the first store that takes the batch is enough", async () => {
  const { asked, sinks } = givenSinks(takes, takes);
  await firstSinkThatTakes(sinks, LIMIT_MS)(batch);
  expect(asked).toEqual(["postgres"]);
});

test("the order is the caller's", async () => {
  const { asked, sinks } = givenSinks(takes, takes);
  await firstSinkThatTakes(sinks.toReversed(), LIMIT_MS)(batch);
  expect(asked).toEqual(["queue"]);
});

test("a store that refuses is followed by the next one at once", async () => {
  const { asked, sinks } = givenSinks(refuses("postgres is away"), takes);
  expect(await after(0, firstSinkThatTakes(sinks, LIMIT_MS)(batch))).toBe("durable");
  expect(asked).toEqual(["postgres", "queue"]);
});

test("a store that throws before it promises anything is followed by the next one", async () => {
  const throws = () => {
    throw new Error("no connection");
  };
  const { asked, sinks } = givenSinks(throws, takes);
  await firstSinkThatTakes(sinks, LIMIT_MS)(batch);
  expect(asked).toEqual(["postgres", "queue"]);
});

test("a store that does not answer is followed by the next one when its time is up, not before", async () => {
  const { asked, sinks } = givenSinks(hangs, takes);
  const writing = firstSinkThatTakes(sinks, LIMIT_MS)(batch);
  expect(await after(LIMIT_MS - 1, writing)).toBe("nothing yet");
  expect(asked).toEqual(["postgres"]);
  expect(await after(1, writing)).toBe("durable");
  expect(asked).toEqual(["postgres", "queue"]);
});

test("each store has its own time", async () => {
  const { sinks } = givenSinks(hangs, hangs);
  const writing = firstSinkThatTakes(sinks, LIMIT_MS)(batch);
  expect(await after(2 * LIMIT_MS - 1, writing)).toBe("nothing yet");
  expect(await after(1, writing)).toBeInstanceOf(NoSinkError);
});

test("when no store takes it, the error says why, by store", async () => {
  const { sinks } = givenSinks(hangs, refuses("queue is away"));
  const refusal = await after(LIMIT_MS, firstSinkThatTakes(sinks, LIMIT_MS)(batch));
  expect(refusal).toBeInstanceOf(NoSinkError);
  expect(refusal).toMatchObject({
    causes: { postgres: { message: "no answer within 1000 ms" }, queue: { message: "queue is away" } },
  });
});

test("without any store nothing is promised", async () => {
  await expect(firstSinkThatTakes([], LIMIT_MS)(batch)).rejects.toThrow(NoSinkError);
});

test("a store that fails after its time is up troubles nobody, and no timer stays behind", async () => {
  const late = Promise.withResolvers<void>();
  const { sinks } = givenSinks(() => late.promise, takes);
  expect(await after(LIMIT_MS, firstSinkThatTakes(sinks, LIMIT_MS)(batch))).toBe("durable");
  // An unhandled rejection would end the test run.
  late.reject(new Error("too late"));
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
});
