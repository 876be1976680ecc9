import { expect, test } from "vitest";
import {
  castsDoubt,
  DISCREPANCIES,
  DOUBTS,
  EVENT_TYPES,
  eventOnMove,
  MOVES,
  STATUSES,
  waitsForDoubts,
} from "../src/index.ts";

test("every status that something moves to has its event, and no two share one", () => {
  const reached = new Set(Object.values(MOVES).flat());
  const told = [...reached].map(eventOnMove);
  expect(told).not.toContain(null);
  expect(new Set(told).size).toBe(reached.size);
  expect(new Set(told)).toEqual(new Set(EVENT_TYPES.filter((type) => type.startsWith("verification."))));
});

test("a verification begins without an event", () => {
  expect(STATUSES.filter((status) => eventOnMove(status) === null)).toEqual(["initializing"]);
});

test.each([
  ["claim_contradicted", true],
  ["result_changed", true],
  ["mutated_replay", false],
  ["unknown_transaction", false],
  ["transaction_mismatch", false],
  ["result_after_end", false],
] as const)("whether %s puts the outcome in doubt: %s", (type, doubt) => {
  expect(castsDoubt(type)).toBe(doubt);
  expect(DOUBTS.includes(type)).toBe(doubt);
});

test("every discrepancy is thought of", () => {
  expect(DISCREPANCIES.map(castsDoubt).every((doubt) => typeof doubt === "boolean")).toBe(true);
});

test("outcomes wait while they are in doubt; beginnings, claims, voids and what people see to do not", () => {
  expect(EVENT_TYPES.filter(waitsForDoubts)).toEqual([
    "verification.passed",
    "verification.failed",
    "verification.expired",
    "verification.init_failed",
    "verification.unresolvable",
  ]);
});
