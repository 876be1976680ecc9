import { expect, test } from "vitest";
import { migrateQueue } from "../../src/index.ts";
import { until } from "../until.ts";
import { givenJob, recorder, type Setup } from "./setup.ts";

export function namespaces({ queue, open, prefix, url }: Setup): void {
  test("two prefixes do not see each other", async () => {
    const job = givenJob({ dedupeKey: () => "one" });
    await migrateQueue(url(), `${prefix}-2`);
    const neighbour = open({ prefix: `${prefix}-2` });
    const { seen, handler } = recorder();
    const work = queue().work(job, handler);
    await neighbour.enqueue(job, { note: "theirs" });
    await queue().enqueue(job, { note: "ours" });
    await until("ours ran", () => seen.length === 1);
    expect(await neighbour.counts(job)).toMatchObject({ waiting: 1 });

    await queue().obliterate(job);
    expect(await neighbour.counts(job)).toMatchObject({ waiting: 1 });
    await work.close();
    await neighbour.close();
    expect(seen).toEqual(["ours"]);
  });

  test("obliterate leaves nothing, not even a dedupe key, and the queue goes on", async () => {
    const job = givenJob({ dedupeKey: () => "one" });
    await queue().enqueue(job, { note: "old" }, { delayMs: 60_000 });
    await queue().obliterate(job);
    expect(await queue().counts(job)).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });

    const { seen, handler } = recorder();
    const work = queue().work(job, handler);
    await queue().enqueue(job, { note: "new" });
    await until("it ran", () => seen.length === 1);
    expect(seen).toEqual(["new"]);
    await work.close();
  });

  test("several migrations at once end well", async () => {
    const fresh = `${prefix}-fresh`;
    await Promise.all(Array.from({ length: 8 }, () => migrateQueue(url(), fresh)));
    await migrateQueue(url(), fresh);
    const other = open({ prefix: fresh });
    await other.enqueue(givenJob(), { note: "works" });
    await other.close();
  });
}
