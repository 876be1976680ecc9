import { expect, test } from "vitest";
import { until } from "../until.ts";
import { done, givenJob, isIdle, recorder, type Setup } from "./setup.ts";

const oneKey = { dedupeKey: () => "one" };

export function twins({ queue }: Setup): void {
  test("twins that wait are one job", async () => {
    const job = givenJob(oneKey);
    await queue().enqueue(job, { note: "first" });
    await queue().enqueue(job, { note: "second" });
    await queue().enqueueMany(job, [{ note: "third" }, { note: "fourth" }]);
    expect(await queue().counts(job)).toMatchObject({ waiting: 1 });

    const { seen, handler } = recorder();
    const work = queue().work(job, handler);
    await until("no job is left", () => isIdle(queue(), job));
    expect(seen).toEqual(["first"]);
    await work.close();
  });

  test("twins added while one runs make exactly one more run, with the last payload", async () => {
    const job = givenJob(oneKey);
    const { seen, handler } = recorder();
    const gate = Promise.withResolvers<void>();
    const held = (payload: { note: string }) => handler(payload).then((end) => gate.promise.then(() => end));
    const work = queue().work(job, held, { concurrency: 3 });
    await queue().enqueue(job, { note: "first" });
    await until("the first runs", () => seen.length === 1);
    for (const note of ["second", "third", "fourth"]) await queue().enqueue(job, { note });
    expect(await queue().counts(job)).toMatchObject({ waiting: 0, active: 1 });
    gate.resolve();
    await until("no job is left", async () => seen.length > 1 && (await isIdle(queue(), job)));

    expect(seen).toEqual(["first", "fourth"]);
    await queue().enqueue(job, { note: "later" });
    await until("the key is free again", () => seen.length === 3);
    await work.close();
  });

  test("a twin added while one runs survives that one's failure", async () => {
    const job = givenJob(oneKey);
    const seen: string[] = [];
    const gate = Promise.withResolvers<void>();
    const work = queue().work(job, async ({ note }) => {
      seen.push(note);
      await gate.promise;
      return note === "first" ? { kind: "give_up", reason: "a test" } : done;
    });
    await queue().enqueue(job, { note: "first" });
    await until("the first runs", () => seen.length === 1);
    await queue().enqueue(job, { note: "second" });
    gate.resolve();
    await until("the second ran", () => seen.length === 2);
    await work.close();
  });

  test("faster lanes go first, and a waiting job moves up for a twin in a hurry", async () => {
    const job = givenJob({ dedupeKey: ({ note }) => note });
    await queue().enqueueMany(job, [{ note: "old" }, { note: "hurried" }], { lane: "backfill" });
    await queue().enqueue(job, { note: "poll" }, { lane: "poll" });
    await queue().enqueue(job, { note: "expiring" }, { lane: "expiring" });
    await queue().enqueue(job, { note: "fresh" });
    await queue().enqueue(job, { note: "hurried" }, { lane: "fresh" });
    await queue().enqueue(job, { note: "fresh" }, { lane: "backfill" });
    expect(await queue().counts(job)).toMatchObject({ waiting: 5 });

    const { seen, handler } = recorder();
    const work = queue().work(job, handler);
    await until("all ran", () => seen.length === 5);
    expect(seen).toEqual(["fresh", "hurried", "expiring", "poll", "old"]);
    await work.close();
  });
}
