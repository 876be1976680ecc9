import { expect, test } from "vitest";
import { latencyFigures } from "../src/latency-figures.ts";

const subjects = Array.from({ length: 200 }, (_, nth) => `subject-${nth}`);

test("the 99th of a hundred is what one in a hundred exceeds", () => {
  const begun = new Map(subjects.map((subject) => [subject, 1_000]));
  const heard = new Map(subjects.map((subject, nth) => [subject, 1_001 + ((nth * 7) % 200)]));
  expect(latencyFigures(begun, heard)).toEqual({ count: 200, missing: 0, p50: 100, p99: 198, longest: 200 });
});

test("what was never heard of is missing, and not quick", () => {
  const figures = latencyFigures(
    new Map([
      ["a", 0],
      ["b", 0],
    ]),
    new Map([
      ["b", 30],
      ["c", 1],
    ]),
  );
  expect(figures).toEqual({ count: 1, missing: 1, p50: 30, p99: 30, longest: 30 });
});

test("nothing heard at all has no figures", () => {
  expect(latencyFigures(new Map([["a", 0]]), new Map())).toMatchObject({ count: 0, missing: 1, p99: Number.NaN });
});
