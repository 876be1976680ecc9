import { expect, test } from "vitest";
import { drainSeconds } from "../src/index.ts";

test.each([
  { due: 0, perSecond: 3, seconds: 0 },
  { due: 1, perSecond: 10, seconds: 0.1 },
  { due: 2_000, perSecond: 50, seconds: 40 },
  { due: 2_000, perSecond: 3, seconds: 2_000 / 3 },
  { due: 2_000, perSecond: null, seconds: 0 },
  // A budget without a call slot is one that nobody has limited.
  { due: 2_000, perSecond: 0, seconds: 0 },
])("$due due at $perSecond a second are asked about in $seconds s", ({ due, perSecond, seconds }) => {
  expect(drainSeconds(due, perSecond)).toBe(seconds);
});
