import { expect, test } from "vitest";
import { staleness } from "../src/live/staleness.ts";

const at = new Date("2026-03-01T12:00:00Z");
const ago = (seconds: number) => new Date(at.getTime() - seconds * 1_000);
const well = {
  at,
  updatedAt: ago(3).getTime(),
  failing: false,
  streamGoneSince: null,
  now: { at: at.toISOString(), workerSeenAt: ago(4).toISOString() },
};

test("says nothing when all is well", () => {
  expect(staleness(well)).toBeNull();
});

test.each([
  ["the API does not answer", { failing: true, updatedAt: ago(40).getTime() }, { who: "api", ageMs: 40_000 }],
  [
    "no worker goes its rounds",
    { now: { at: at.toISOString(), workerSeenAt: ago(90).toISOString() } },
    { who: "worker", ageMs: 90_000 },
  ],
  ["there never was a worker", { now: { at: at.toISOString(), workerSeenAt: null } }, { who: "worker", ageMs: null }],
  ["events break off", { streamGoneSince: ago(10) }, { who: "stream", ageMs: 10_000 }],
])("tells who is missing and for how long: %s", (_, changes, said) => {
  expect(staleness({ ...well, ...changes })).toEqual(said);
});

test("a short break is none", () => {
  expect(staleness({ ...well, failing: true, streamGoneSince: ago(2) })).toBeNull();
});
