import { expect, test } from "vitest";
import { createClock } from "../src/clock.ts";
import { manualTimers } from "./manual-timers.ts";

function setup() {
  const timers = manualTimers(0);
  const clock = createClock(timers);
  const ran: string[] = [];
  const at = (dueAt: number) => clock.at(dueAt, () => ran.push(`${dueAt} at ${clock.now()}`));
  return { timers, clock, ran, at };
}

test("real time and leaps together bring what waits, earliest first, each once", async () => {
  const { timers, clock, ran, at } = setup();
  for (const dueAt of [500, 100, 300]) at(dueAt);
  await timers.advance(100);
  clock.advance(250);
  await timers.advance(150);
  expect(ran).toEqual(["100 at 100", "300 at 350", "500 at 500"]);
  await timers.advance(10_000);
  expect(ran).toHaveLength(3);
});

test("what was due before it was asked for runs as soon as it can, but never within the asking", async () => {
  const { timers, clock, ran, at } = setup();
  clock.advance(1_000);
  at(5);
  expect(ran).toEqual([]);
  await timers.advance(0);
  expect(ran).toEqual(["5 at 1000"]);
});

test("what a leap starts waits for its own time", async () => {
  const { timers, clock, ran, at } = setup();
  clock.at(10, () => at(2_000));
  clock.advance(1_000);
  await timers.advance(999);
  expect(ran).toEqual([]);
  await timers.advance(1);
  expect(ran).toEqual(["2000 at 2000"]);
});

test("a stopped clock runs nothing, old or new", async () => {
  const { timers, clock, ran, at } = setup();
  at(10);
  clock.stop();
  at(20);
  clock.advance(100);
  await timers.advance(100);
  expect(ran).toEqual([]);
});

test("what is due in two months waits as long, although no timer of Node does", async () => {
  const { timers, ran, at } = setup();
  const month = 30 * 24 * 3_600_000;
  at(2 * month);
  await timers.advance(month);
  expect(ran).toEqual([]);
  await timers.advance(month);
  expect(ran).toEqual([`${2 * month} at ${2 * month}`]);
});
