import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkVerification, defineJob, RECONCILE_BATCH_MAX, receiptClaim, reconcileReceipts } from "../src/index.ts";

const id = "0199a6de-9e3c-7a54-8a35-6f0a3f1f0a11";
const claim = {
  id,
  route: "default",
  verificationId: id,
  transactionId: "hksb7ba1b28130d24e015d6694361",
  passed: false,
  subCode: "205",
  keyId: "k1",
  receivedAt: "2026-11-21T20:00:00.000Z",
  late: false,
};
const many = (count: number) => Array.from({ length: count }, () => id);

describe("receipts.reconcile", () => {
  test.each([
    ["ids", { receiptIds: [id] }, true],
    ["claims", { claims: [claim] }, true],
    ["both", { receiptIds: [id], claims: [claim] }, true],
    ["as many as it may", { receiptIds: many(RECONCILE_BATCH_MAX) }, true],
    ["what a later version may add", { receiptIds: [id], hint: "soon" }, true],
    ["nothing", {}, false],
    ["empty lists", { receiptIds: [], claims: [] }, false],
    ["too many", { receiptIds: many(RECONCILE_BATCH_MAX + 1) }, false],
    ["no uuid", { receiptIds: ["1"] }, false],
    ["a claim with a long transaction id", { claims: [{ ...claim, transactionId: "x".repeat(65) }] }, false],
    ["a claim with a long sub-code", { claims: [{ ...claim, subCode: "x".repeat(17) }] }, false],
    ["a claim of no moment", { claims: [{ ...claim, receivedAt: "today" }] }, false],
  ])("with %s", (_, payload, accepted) => {
    expect(reconcileReceipts.payload.safeParse(payload).success).toBe(accepted);
  });
});

test("a claim drops what it does not know, above all a token", () => {
  expect(receiptClaim.parse({ ...claim, callbackToken: "secret" })).toEqual(claim);
});

test("a claim's text is what both stores can keep, and stays so when parsed again", () => {
  const parsed = receiptClaim.parse({ ...claim, subCode: "2\0", extra: { "k\0": "\ud800" } });
  expect(parsed).toMatchObject({ subCode: "2\uFFFD", extra: { "k\uFFFD": "\uFFFD" } });
  expect(receiptClaim.parse(parsed)).toEqual(parsed);
});

test("checks of one verification are twins", () => {
  expect(checkVerification.dedupeKey?.({ verificationId: id })).toBe(id);
});

test.each([
  { name: "with:colon", attempts: 1, backoffMs: 1 },
  { name: "fine", attempts: 0, backoffMs: 1 },
  { name: "fine", attempts: 1, backoffMs: 0 },
])("a job that no store could run is refused: $name, $attempts attempts, $backoffMs ms", (numbers) => {
  expect(() => defineJob({ ...numbers, payload: z.object({}) })).toThrow();
});
