import { expect, test } from "vitest";
import { duration, longTime, relativeTime, shortTime, splitInstants, zoneLabel } from "../src/time/format-time.ts";

const place = { language: "en", zone: "Asia/Shanghai" } as const;
const now = new Date("2026-03-01T12:00:00Z");

test.each([
  ["2026-03-01T11:59:58Z", "19:59:58"],
  ["2026-02-27T11:00:00Z", "27 Feb, 19:00"],
  ["2025-02-27T11:00:00Z", "27 Feb 2025"],
])("a time is as short as the day allows: %s", (at, shown) => {
  expect(shortTime(new Date(at), now, place)).toBe(shown);
});

test("a whole time names its zone", () => {
  expect(longTime(now, place)).toMatch(/1 Mar 2026, 20:00:00 (GMT|UTC)\+8/);
  expect(longTime(now, { ...place, language: "zh" })).toMatch(/^2026年3月1日 20:00:00 (GMT|UTC)\+8$/);
  expect(zoneLabel("Asia/Shanghai", now)).toBe("Asia/Shanghai (UTC+8)");
});

test.each([
  [850, "850 ms"],
  [4_000, "4.0 s"],
  [4_200, "4.2 s"],
  [59_600, "60 s"],
  [200_000, "3 min 20 s"],
  [7_200_000, "2 h"],
  [276_000_000, "3 d 5 h"],
])("%i ms are %s", (ms, shown) => {
  expect(duration(ms)).toBe(shown);
});

test("the API's sentence is cut where it names a time", () => {
  const parts = splitInstants("Asked next at 2026-03-01T12:00:05.000Z.");
  expect(parts).toEqual(["Asked next at ", new Date("2026-03-01T12:00:05Z"), "."]);
  expect(splitInstants("Nothing to come.")).toEqual(["Nothing to come."]);
});

test("how far a time is from now is told in the reader's language", () => {
  expect(relativeTime(new Date("2026-03-01T11:57:00Z"), now, "en")).toBe("3 minutes ago");
  expect(relativeTime(new Date("2026-03-01T12:00:12Z"), now, "zh")).toBe("12秒钟后");
});
