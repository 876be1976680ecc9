import { describe, expect, test } from "vitest";
import { z } from "zod";
import { askProvider, BATCH_IDS_MAX, defineJob, RECONCILE_BATCH_MAX, reconcileReceipts } from "../src/index.ts";

const id = "0199a6de-9e3c-7a54-8a35-6f0a3f1f0a11";
const many = (count: number) => Array.from({ length: count }, () => id);

describe("receipts.reconcile", () => {
  test.each([
    ["ids", { receiptIds: [id] }, true],
    ["claims", { claims: "{}" }, true],
    ["batches", { batchIds: [id] }, true],
    ["all three", { receiptIds: [id], batchIds: [id], claims: "{}" }, true],
    ["as many as it may", { receiptIds: many(RECONCILE_BATCH_MAX) }, true],
    ["as many batches as it may", { batchIds: many(BATCH_IDS_MAX) }, true],
    ["what a later version may add", { receiptIds: [id], hint: "soon" }, true],
    ["nothing", {}, false],
    ["empty lists", { receiptIds: [], batchIds: [], claims: "" }, false],
    ["too many", { receiptIds: many(RECONCILE_BATCH_MAX + 1) }, false],
    ["too many batches", { batchIds: many(BATCH_IDS_MAX + 1) }, false],
    ["no uuid", { receiptIds: ["1"] }, false],
    ["no uuid of a batch", { batchIds: ["1"] }, false],
    ["claims beyond all measure", { claims: "x".repeat(2 * 1024 * 1024 + 1) }, false],
  ])("with %s", (_, payload, accepted) => {
    expect(reconcileReceipts.payload.safeParse(payload).success).toBe(accepted);
  });
});

test("rings for one route are twins", () => {
  expect(askProvider.dedupeKey?.({ route: "default" })).toBe("default");
});

test.each([
  { name: "with:colon", attempts: 1, backoffMs: 1 },
  { name: "fine", attempts: 0, backoffMs: 1 },
  { name: "fine", attempts: 1, backoffMs: 0 },
])("a job that no store could run is refused: $name, $attempts attempts, $backoffMs ms", (numbers) => {
  expect(() => defineJob({ ...numbers, payload: z.object({}) })).toThrow();
});
