import { z } from "zod";
import { defineJob } from "./define-job.ts";

/** The most receipts one job may name. */
export const RECONCILE_BATCH_MAX = 500;

/** The most group commits one job may name; each may hold hundreds of callbacks. */
export const BATCH_IDS_MAX = 50;

/** Claims of 256 callbacks, each as long as an address may be. */
const CLAIMS_LENGTH_MAX = 2 * 1024 * 1024;

/**
 * Decide on receipts: by id, or by the batch they came with, when Postgres already holds them, as packed claims when it was
 * away. Claims may exist nowhere else, hence many attempts; a handler that finds Postgres away answers `retry_in`, which costs none.
 */
export const reconcileReceipts = defineJob({
  name: "receipts.reconcile",
  payload: z
    .object({
      receiptIds: z.array(z.uuid()).max(RECONCILE_BATCH_MAX).optional(),
      batchIds: z.array(z.uuid()).max(BATCH_IDS_MAX).optional(),
      claims: z.string().max(CLAIMS_LENGTH_MAX).optional(),
    })
    .refine(
      ({ receiptIds, batchIds, claims }) => Boolean(receiptIds?.length || batchIds?.length || claims),
      "carries neither ids nor claims",
    ),
  attempts: 50,
  backoffMs: 1_000,
});

/** A doorbell: verifications of a route have become due. Which ones, and which first, Postgres knows. */
export const askProvider = defineJob({
  name: "provider.ask",
  payload: z.object({ route: z.string().min(1).max(64) }),
  dedupeKey: ({ route }) => route,
  attempts: 1,
  backoffMs: 1_000,
});
