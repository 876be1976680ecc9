import { setImmediate as turn } from "node:timers/promises";
import { BATCH_IDS_MAX, type Queue, reconcileReceipts } from "@verdict/queue";
import { describe, expect, test } from "vitest";
import { tellWorker } from "../src/sinks.ts";

/** A queue that a test answers for by hand. */
function givenWorker(pause: () => Promise<void> = async () => {}) {
  const messages: { batchIds: string[]; succeed: () => void; fail: () => void }[] = [];
  const enqueue = (job: unknown, { batchIds }: { batchIds: string[] }) => {
    expect(job).toBe(reconcileReceipts);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    messages.push({ batchIds, succeed: resolve, fail: () => reject(new Error("the queue is away")) });
    return promise;
  };
  const tell = tellWorker({ enqueue } as Partial<Queue> as Queue, pause);
  return { tell, messages, told: () => messages.map(({ batchIds }) => batchIds) };
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);

describe("the worker", () => {
  test("is told at once", () => {
    const { tell, told } = givenWorker();
    tell("a");
    expect(told()).toEqual([["a"]]);
  });

  test("is sent one message at a time; what comes meanwhile goes with the next", async () => {
    const { tell, messages, told } = givenWorker();
    for (const id of ["a", "b", "c"]) tell(id);
    await turn();
    expect(told()).toEqual([["a"]]);
    messages[0]?.succeed();
    await turn();
    expect(told()).toEqual([["a"], ["b", "c"]]);
    messages[1]?.succeed();
    await turn();
    tell("d");
    expect(told()).toEqual([["a"], ["b", "c"], ["d"]]);
  });

  test("hears after a pause of what came during it, in one message", async () => {
    const pause = Promise.withResolvers<void>();
    const { tell, messages, told } = givenWorker(() => pause.promise);
    tell("a");
    messages[0]?.succeed();
    await turn();
    for (const id of ["b", "c"]) tell(id);
    await turn();
    expect(told()).toEqual([["a"]]);
    pause.resolve();
    await turn();
    expect(told()).toEqual([["a"], ["b", "c"]]);
  });

  test("is never told of more than a job may carry at once, and of everything once", async () => {
    const { tell, messages, told } = givenWorker();
    tell("first");
    const many = ids(2 * BATCH_IDS_MAX + 1);
    for (const id of many) tell(id);
    for (let index = 0; index < 4; index++) {
      messages[index]?.succeed();
      await turn();
    }
    expect(told().map(({ length }) => length)).toEqual([1, BATCH_IDS_MAX, BATCH_IDS_MAX, 1]);
    expect(told().flat()).toEqual(["first", ...many]);
  });

  test("is not told what came while the queue was away: the sweep finds it", async () => {
    const { tell, messages, told } = givenWorker();
    for (const id of ["a", "b"]) tell(id);
    messages[0]?.fail();
    await turn();
    tell("c");
    messages[1]?.succeed();
    await turn();
    expect(told()).toEqual([["a"], ["c"]]);
  });

  test("may be out of reach for long without memory growing", async () => {
    const { tell, messages, told } = givenWorker();
    tell("first");
    for (const id of ids(10_000)) tell(id);
    for (let index = 0; index < 1_000 && messages[index]; index++) {
      messages[index]?.succeed();
      await turn();
    }
    expect(told().flat()).toHaveLength(1 + 20 * BATCH_IDS_MAX);
  });
});
