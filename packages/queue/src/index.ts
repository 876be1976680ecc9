export type { BoardQueue } from "./board.ts";
export { QueueUnavailableError } from "./deadline.ts";
export { defineJob, type JobContract, type NamedJob } from "./define-job.ts";
export type { Durability } from "./durability.ts";
export type { EnqueueOptions } from "./enqueue.ts";
export { askProvider, BATCH_IDS_MAX, RECONCILE_BATCH_MAX, reconcileReceipts } from "./jobs.ts";
export type { Lane } from "./lanes.ts";
export { migrateQueue } from "./migrate-queue.ts";
export { type JobCounts, openQueue, type Queue, type QueueConfig } from "./open-queue.ts";
export {
  type ClaimBatch,
  type ClaimTrace,
  packClaims,
  type ReceiptClaim,
  type UnpackedClaim,
  unpackClaims,
} from "./receipt-claim.ts";
export { isRedisUrl } from "./redis-client.ts";
export type { JobContext, JobHandler, JobOutcome } from "./run-handler.ts";
export type { QueueLog } from "./store-watch.ts";
export type { GivenUpJob, Work, WorkOptions } from "./work.ts";
