import { expect, test } from "vitest";
import { places } from "../src/places.ts";

/** What a promise has come to, without waiting for it. */
const soFar = <T>(promise: Promise<T>): Promise<T | "waiting"> =>
  Promise.race([promise, new Promise<"waiting">((resolve) => setImmediate(resolve, "waiting"))]);

test("as many as there are places have one at once, who comes later waits in line", async () => {
  const two = places(2);
  expect(await Promise.all([two.take(), two.take()])).toEqual([true, true]);
  const [third, fourth] = [two.take(), two.take()];
  expect(two.free).toBe(0);
  two.leave();
  expect([await soFar(third), await soFar(fourth)]).toEqual([true, "waiting"]);
  two.leave();
  expect(await soFar(fourth)).toBe(true);
  two.leave();
  two.leave();
  expect(two.free).toBe(2);
});

test("whoever gives up leaves the line, and the next one moves up", async () => {
  const one = places(1);
  await one.take();
  const patience = new AbortController();
  const [gone, stays] = [one.take(patience.signal), one.take()];
  patience.abort();
  expect(await soFar(gone)).toBe(false);
  one.leave();
  expect(await soFar(stays)).toBe(true);
  one.leave();
  expect(one.free).toBe(1);
});

test("whoever has a place keeps it when patience ends, and nobody is taken in after that", async () => {
  const one = places(1);
  const patience = new AbortController();
  expect(await one.take(patience.signal)).toBe(true);
  patience.abort();
  expect(one.free).toBe(0);
  one.leave();
  expect(await one.take(patience.signal)).toBe(false);
  expect(one.free).toBe(1);
});

test("without places nobody gets one", async () => {
  const patience = new AbortController();
  const none = places(0).take(patience.signal);
  expect(await soFar(none)).toBe("waiting");
  patience.abort();
  expect(await none).toBe(false);
});
