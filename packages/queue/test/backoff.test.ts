import { expect, test } from "vitest";
import { backoff } from "../src/backoff.ts";

test.each([
  { base: 2_000, made: 1, random: 1, pause: 2_000 },
  { base: 2_000, made: 1, random: 0, pause: 1_000 },
  { base: 2_000, made: 4, random: 1, pause: 16_000 },
  { base: 2_000, made: 4, random: 0.5, pause: 12_000 },
  { base: 1_000, made: 49, random: 1, pause: 300_000 },
  { base: 1_000, made: 5_000, random: 0, pause: 150_000 },
])("after throw $made of a job with $base ms, chance $random, it rests $pause ms", ({ base, made, random, pause }) => {
  expect(backoff(base, made, random)).toBe(pause);
});
