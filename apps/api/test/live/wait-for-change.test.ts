import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { changeWaiters, lookUntil } from "../../src/live/wait-for-change.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Something that changes, with a count of how often somebody looked. */
function givenThing() {
  const waiters = changeWaiters();
  const aborting = new AbortController();
  const thing = { value: "open", looks: 0 };
  const look = async () => {
    thing.looks += 1;
    return thing.value;
  };
  const until = (waitMs: number, looking = look) =>
    lookUntil(waiters, "id", looking, (value) => value === "settled", { waitMs, signal: aborting.signal });
  return { waiters, aborting, thing, look, until };
}

test("what is settled is found at the first look", async () => {
  const { thing, until, waiters } = givenThing();
  thing.value = "settled";
  expect(await until(60_000)).toBe("settled");
  expect([thing.looks, waiters.size(), vi.getTimerCount()]).toEqual([1, 0, 0]);
});

test("nobody looks again before something changes", async () => {
  const { thing, until, waiters } = givenThing();
  const found = until(60_000);
  await vi.advanceTimersByTimeAsync(59_999);
  expect(thing.looks).toBe(1);

  waiters.wake("another id");
  await vi.advanceTimersByTimeAsync(0);
  expect(thing.looks).toBe(1);

  thing.value = "settled";
  waiters.wake("id");
  expect(await found).toBe("settled");
  expect([thing.looks, waiters.size(), vi.getTimerCount()]).toEqual([2, 0, 0]);
});

test("when the time is up, the last look is the answer", async () => {
  const { thing, until, waiters } = givenThing();
  const found = until(60_000);
  await vi.advanceTimersByTimeAsync(30_000);
  thing.value = "changed unheard";
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await found).toBe("changed unheard");
  expect(waiters.size()).toBe(0);
});

test("a change between the first look and the waiting is not missed", async () => {
  const { thing, until, waiters } = givenThing();
  const found = until(60_000, async () => {
    const { value } = thing;
    thing.looks += 1;
    if (thing.looks === 1) {
      thing.value = "settled";
      waiters.wake("id");
    }
    return value;
  });
  expect(await found).toBe("settled");
  expect(thing.looks).toBe(2);
});

test("a caller who is gone is waited for no longer", async () => {
  const { aborting, until, waiters } = givenThing();
  const found = until(60_000);
  await vi.advanceTimersByTimeAsync(10);
  aborting.abort();
  expect(await found).toBe("open");
  expect([waiters.size(), vi.getTimerCount()]).toEqual([0, 0]);
});

test("a caller who was gone before is not waited for at all", async () => {
  const { aborting, until, waiters } = givenThing();
  aborting.abort();
  let found: string | undefined;
  void until(60_000).then((value) => {
    found = value;
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(found).toBe("open");
  expect(waiters.size()).toBe(0);
});

test("a look that fails ends the waiting, and leaves nothing behind", async () => {
  const { until, waiters } = givenThing();
  const looking = until(60_000, () => Promise.reject(new Error("Postgres is away")));
  await expect(looking).rejects.toThrow("Postgres is away");
  expect([waiters.size(), vi.getTimerCount()]).toEqual([0, 0]);
});

test("when changes may have gone unheard, everybody looks once", async () => {
  const { thing, until, waiters } = givenThing();
  const found = [until(60_000), until(60_000)];
  await vi.advanceTimersByTimeAsync(0);
  expect(thing.looks).toBe(2);
  waiters.wakeAll();
  await vi.advanceTimersByTimeAsync(0);
  expect(thing.looks).toBe(4);
  thing.value = "settled";
  waiters.wakeAll();
  expect(await Promise.all(found)).toEqual(["settled", "settled"]);
});
