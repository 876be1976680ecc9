import { expect, test } from "vitest";
import { createNonceMemory } from "../src/nonces.ts";

test("a nonce is remembered per key until so many newer ones have come", () => {
  const { use } = createNonceMemory(2);
  expect([use("ak", "1"), use("ak", "1"), use("other", "1")]).toEqual([true, false, true]);
  expect(use("ak", "2")).toBe(true); // the third entry: the oldest is forgotten
  expect([use("other", "1"), use("ak", "2")]).toEqual([false, false]);
  expect(use("ak", "1")).toBe(true);
});
