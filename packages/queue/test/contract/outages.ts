import { expect, onTestFinished, test } from "vitest";
import { migrateQueue, openQueue, QueueUnavailableError } from "../../src/index.ts";
import type { BreakableStore } from "../breakable-store.ts";
import { until } from "../until.ts";
import { accepts, done, givenJob, recorder, type Setup } from "./setup.ts";

const timeoutMs = 500;

export function outages({ prefix, breakable }: Setup): void {
  async function givenStore(): Promise<BreakableStore> {
    const store = await breakable();
    onTestFinished(() => store.remove());
    await migrateQueue(store.url, prefix);
    return store;
  }

  test("a store that goes away refuses soon, is reported once, and works again when it returns", async () => {
    const store = await givenStore();
    const said: string[] = [];
    const say = (_: object, text: string) => {
      if (text.startsWith("queue store")) said.push(text);
    };
    const queue = openQueue({ url: store.url, prefix, timeoutMs, log: { info: say, warn: say } });
    const job = givenJob();
    const { seen, handler } = recorder();
    queue.work(job, handler);
    await until("the store answers", () => accepts(queue, job, "before"));
    await until("the first ran", () => seen.includes("before"));

    await store.stop();
    for (let i = 0; i < 5; i += 1) {
      await expect(queue.enqueue(job, { note: "lost" })).rejects.toThrow(QueueUnavailableError);
    }
    await expect(queue.counts(job)).rejects.toThrow(QueueUnavailableError);
    await expect(queue.ping()).rejects.toThrow(QueueUnavailableError);

    await store.start();
    await until("the store is back", () => accepts(queue, job, "after"));
    await until("the same worker goes on", () => seen.includes("after"));
    expect(seen).not.toContain("lost");
    expect(said).toEqual(["queue store is away", "queue store is back"]);
    await queue.close();
  });

  test("a handle opened while the store is away works when it comes, its worker too", async () => {
    const store = await givenStore();
    await store.stop();
    const queue = openQueue({ url: store.url, prefix, timeoutMs });
    const job = givenJob();
    const { seen, handler } = recorder();
    queue.work(job, handler);
    await expect(queue.enqueue(job, { note: "too early" })).rejects.toThrow(QueueUnavailableError);

    await store.start();
    await until("the store is there", () => accepts(queue, job, "in time"));
    await until("the worker woke up", () => seen.includes("in time"));
    await queue.close();
  });

  test("closing while the store is away waits for the handler and not for the store", async () => {
    const store = await givenStore();
    const queue = openQueue({ url: store.url, prefix, timeoutMs });
    const job = givenJob();
    const gate = Promise.withResolvers<void>();
    let step: "waiting" | "running" | "ended" = "waiting";
    queue.work(job, async () => {
      step = "running";
      await gate.promise;
      step = "ended";
      return done;
    });
    await until("the store answers", () => accepts(queue, job, "slow"));
    await until("it runs", () => step === "running");
    await store.stop();
    await expect(queue.ping()).rejects.toThrow(QueueUnavailableError);

    // The store never comes back: that this ends at all is what shows that it does not wait for it.
    const closing = queue.close(5_000);
    gate.resolve();
    await closing;
    expect(step).toBe("ended");
  });
}
