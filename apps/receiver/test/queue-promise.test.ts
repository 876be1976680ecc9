import type { Durability } from "@verdict/queue";
import { SettingsError } from "@verdict/runtime";
import { describe, expect, test } from "vitest";
import { ForgetfulQueueError, lookAtStart, queuePromise } from "../src/queue-promise.ts";

const KEPT: Durability = { kind: "kept" };
const FORGETS: Durability = {
  kind: "forgets",
  why: "appendfsync is everysec, so a crash loses the last second or more",
};
const UNKNOWN: Durability = { kind: "unknown", why: "it does not tell appendfsync" };
const AWAY = new Error("the queue's store is not available");
const BELIEVED_MS = 60_000;

/** A queue whose store promises what a test says at the time, and all that is said about it. */
function given(first: Durability | Error, mayForget = false) {
  const store = { promises: first, asked: 0 };
  const said: string[] = [];
  const clock = { time: 0 };
  const say = (level: string) => (details: unknown, message?: string) =>
    void said.push(
      typeof details === "string" ? `${level}: ${details}` : `${level}: ${message} ${JSON.stringify(details)}`,
    );
  const log = { info: say("info"), warn: say("warn") };
  const durability = async () => {
    store.asked += 1;
    if (store.promises instanceof Error) throw store.promises;
    return store.promises;
  };
  const promise = queuePromise({ queue: { durability }, mayForget, log, clock: () => clock.time });
  return { promise, store, said, clock, start: () => lookAtStart(promise, { mayForget, log }) };
}

describe("a look at the store", () => {
  test.each([
    [KEPT, /^info: .*200 from it is durable$/],
    [FORGETS, /^warn: .*may forget.*appendfsync is everysec/],
    [UNKNOWN, /^warn: .*cannot be told.*it does not tell appendfsync/],
  ])("returns what it promises and says plainly what a 200 is worth: %o", async (durability, words) => {
    const { promise, said } = given(durability);
    expect(await promise.look()).toEqual(durability);
    expect(said).toEqual([expect.stringMatching(words)]);
  });

  test("that is away says nothing about it", async () => {
    const { promise, said } = given(AWAY);
    await expect(promise.look()).rejects.toThrow(AWAY);
    expect(said).toEqual([]);
  });

  test("says a change once, and no news not at all", async () => {
    const { promise, store, said } = given(KEPT);
    for (const now of [KEPT, FORGETS, FORGETS, UNKNOWN, KEPT, KEPT]) {
      store.promises = now;
      await promise.look();
    }
    expect(said.map((line) => line.slice(0, 30))).toEqual([
      expect.stringContaining("info: the queue's store keeps"),
      expect.stringContaining("warn: the queue's store may"),
      expect.stringContaining("warn: what the queue's store"),
      expect.stringContaining("info: the queue's store keeps"),
    ]);
  });
});

describe("a check", () => {
  test.each([
    ["passes for a store that keeps what it takes", KEPT, false, true],
    ["fails for one that may forget", FORGETS, false, false],
    ["fails for one that does not tell", UNKNOWN, false, false],
    ["passes for one that may forget where that is acceptable", FORGETS, true, true],
    ["passes for one that does not tell where that is acceptable", UNKNOWN, true, true],
  ])("%s", async (_, durability, mayForget, passes) => {
    const checking = given(durability, mayForget).promise.check();
    if (passes) await expect(checking).resolves.toBeUndefined();
    else await expect(checking).rejects.toThrow(ForgetfulQueueError);
  });

  test("asks once and believes that for a while, then asks again", async () => {
    const { promise, store, clock } = given(KEPT);
    await promise.check();
    store.promises = FORGETS;
    clock.time += BELIEVED_MS - 1;
    await promise.check();
    expect(store.asked).toBe(1);
    clock.time += 1;
    await expect(promise.check()).rejects.toThrow(ForgetfulQueueError);
    expect(store.asked).toBe(2);

    store.promises = KEPT;
    clock.time += BELIEVED_MS;
    await promise.check();
    expect(store.asked).toBe(3);
  });

  test("fails while the store is away, and asks again the next time", async () => {
    const { promise, store } = given(AWAY, true);
    await expect(promise.check()).rejects.toThrow(AWAY);
    store.promises = KEPT;
    await promise.check();
    expect(store.asked).toBe(2);
  });

  test("does not go by what was believed when the store has gone away since", async () => {
    const { promise, store, clock } = given(KEPT);
    await promise.check();
    store.promises = AWAY;
    clock.time += BELIEVED_MS;
    await expect(promise.check()).rejects.toThrow(AWAY);
  });
});

describe("at the start", () => {
  test.each([FORGETS, UNKNOWN])(
    "a store that is not known to keep what it takes is refused: %o",
    async (durability) => {
      const refusal = await given(durability)
        .start()
        .catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(SettingsError);
      expect(refusal).toMatchObject({ lines: [expect.stringMatching(/^RECEIPT_SINKS: /)] });
      for (const part of ["ALLOW_FORGETFUL_QUEUE=true", "why" in durability ? durability.why : ""]) {
        expect(refusal).toHaveProperty("message", expect.stringContaining(part));
      }
    },
  );

  test.each([FORGETS, UNKNOWN])("unless that was said to be acceptable, which is warned of: %o", async (durability) => {
    const { start, said } = given(durability, true);
    await start();
    expect(said).toEqual([expect.stringMatching(/^warn: /)]);
  });

  test("a store that keeps what it takes is good", async () => {
    const { start, said } = given(KEPT);
    await start();
    expect(said).toEqual([expect.stringMatching(/^info: /)]);
  });

  test("a store that is away keeps nobody from starting, and is looked at when it is first needed", async () => {
    const { start, promise, store, said } = given(AWAY);
    await start();
    expect(said).toEqual([expect.stringMatching(/^warn: the queue's store is away/)]);
    store.promises = FORGETS;
    await expect(promise.check()).rejects.toThrow(ForgetfulQueueError);
  });

  test("what was seen then is believed by the first check", async () => {
    const { start, promise, store } = given(KEPT);
    await start();
    await promise.check();
    expect(store.asked).toBe(1);
  });
});
