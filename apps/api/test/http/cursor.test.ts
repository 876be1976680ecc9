import { expect, test } from "vitest";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../src/http/cursor.ts";

const Pair = z.tuple([z.int(), z.string()]);

test.each([
  [[0, ""]],
  [[1_767_225_600_000, "019cb9f2-7a40-7c10-8a55-2f9e0d6b1c3a"]],
  [[-1, 'ü "quoted" \\ \u{1F600}']],
])("%j comes back as it went, in letters that an address may hold", (values) => {
  const text = encodeCursor(values);
  expect(text).toMatch(/^[\w-]+$/);
  expect(decodeCursor(text, Pair)).toEqual(values);
});

test.each([
  ["nothing", ""],
  ["no base64", "%%%"],
  ["no JSON", Buffer.from("{").toString("base64url")],
  ["another list's", encodeCursor(["a", 1])],
  ["too long", encodeCursor([1, "a", 2])],
  ["its beginning", encodeCursor([1, "abcdef"]).slice(0, -3)],
])("%s is no cursor", (_, text) => {
  expect(decodeCursor(text, Pair)).toBeNull();
});
