import { z } from "zod";
import { defineJob } from "./define-job.ts";
import { receiptClaim } from "./receipt-claim.ts";

/** The most receipts or claims one job may carry. */
export const RECONCILE_BATCH_MAX = 500;

/**
 * Decide on receipts: by id when Postgres already holds them, as claims when it was away. Claims may exist nowhere else,
 * hence many attempts; a handler that finds Postgres away answers `retry_in`, which costs none.
 */
export const reconcileReceipts = defineJob({
  name: "receipts.reconcile",
  payload: z
    .object({
      receiptIds: z.array(z.uuid()).max(RECONCILE_BATCH_MAX).optional(),
      claims: z.array(receiptClaim).max(RECONCILE_BATCH_MAX).optional(),
    })
    .refine(
      ({ receiptIds, claims }) => Boolean(receiptIds?.length || claims?.length),
      "carries neither ids nor claims",
    ),
  attempts: 50,
  backoffMs: 1_000,
});

/** Ask the provider what happened to one verification. */
export const checkVerification = defineJob({
  name: "verification.check",
  payload: z.object({ verificationId: z.uuid() }),
  dedupeKey: ({ verificationId }) => verificationId,
  attempts: 8,
  backoffMs: 2_000,
});
