export type { Alert, AlertFilter } from "./alerts.ts";
export { acknowledgeAlert, findAlert, listAlerts, resolveAlert } from "./alerts.ts";
export type { DatabaseOptions, Db } from "./database.ts";
export { isDatabaseAway, openDatabase, pingDatabase } from "./database.ts";
export type { Discrepancy, DiscrepancyFilter } from "./discrepancies.ts";
export { closeDiscrepancy, findDiscrepancy, listDiscrepancies } from "./discrepancies.ts";
export { leaseDueBatches, leaseDueChecks, leaseDueReceipts } from "./due.ts";
export type { Undecided } from "./load-undecided.ts";
export { loadUndecided } from "./load-undecided.ts";
export { migrate } from "./migrate.ts";
export type { Page, Position } from "./newest-first.ts";
export type { OpaqueToken } from "./opaque-tokens.ts";
export { findOpaqueTokens } from "./opaque-tokens.ts";
export {
  insertReceiptBatch,
  listReceiptBatches,
  type ReceiptBatch,
} from "./receipt-batches.ts";
export type { NewReceipt, Receipt, ReceivedClaim } from "./receipts.ts";
export { insertReceipts, recordMalformedCallback } from "./receipts.ts";
export type { RefusalCount, RefusalFilter, RefusalKey } from "./refusals.ts";
export { addRefusals, forgetRefusals, listRefusals } from "./refusals.ts";
export type { Registration } from "./registered.ts";
export { createRegistered, findByTransactionId } from "./registered.ts";
export { ALERT_SEVERITIES, ALERT_STATUSES } from "./schema.ts";
export type {
  Change,
  MutableState,
  NewCheck,
  NewDiscrepancy,
  NewTransition,
  RaisedAlert,
  Settled,
  Settlement,
} from "./settle.ts";
export { settle } from "./settle.ts";
export { findFaceCheck, listTransitions, loadEvidence } from "./timeline.ts";
export type { Intent, Verification } from "./verifications.ts";
export {
  countByStatus,
  createVerification,
  findByMerchantBizId,
  findVerification,
  leaseVerification,
  releaseVerification,
  snapshotOf,
} from "./verifications.ts";
export { watchChanges } from "./watch-changes.ts";
export { isTransactionTaken, yieldTransaction } from "./yield-transaction.ts";
