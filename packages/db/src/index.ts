export type { Alert, AlertFilter, NewAlert } from "./alerts.ts";
export { acknowledgeAlert, findAlert, listAlerts, raiseAlert, resolveAlert } from "./alerts.ts";
export type { Backlog } from "./backlog.ts";
export { LANE_NAMES, readBacklog } from "./backlog.ts";
export type { CallBudget } from "./call-slots.ts";
export { giveBackCallSlots, moveBreaker, setCallLimit, takeCallSlots } from "./call-slots.ts";
export type { RouteArrival } from "./count-arrivals.ts";
export { countArrivals } from "./count-arrivals.ts";
export type { DatabaseOptions, Db } from "./database.ts";
export { isDatabaseAway, openDatabase, pingDatabase } from "./database.ts";
export type { Discrepancy, DiscrepancyFilter } from "./discrepancies.ts";
export { closeDiscrepancy, findDiscrepancy, listDiscrepancies } from "./discrepancies.ts";
export { leaseDueBatches, leaseDueReceipts } from "./due.ts";
export {
  findOverspent,
  findStrandedBatches,
  findUnaccountedReceipts,
  findUnalertedDiscrepancies,
} from "./evidence-invariants.ts";
export type { Found } from "./find-broken.ts";
export type { GivenUpFilter, GivenUpWork } from "./given-up-work.ts";
export {
  countGivenUp,
  findGivenUp,
  findGivenUpJob,
  listGivenUp,
  listRedrivable,
  RECEIPT_TRIES,
} from "./given-up-work.ts";
export { EVIDENCE_TABLES, type EvidenceKey } from "./hash-evidence.ts";
export type { HumanAction } from "./human-actions.ts";
export { inTransaction } from "./in-transaction.ts";
export { findBrokenWays, findOverdue, findUnproven } from "./invariants.ts";
export type { Sealed } from "./ledger.ts";
export { findLedgerHead, sealBatch } from "./ledger.ts";
export type { Undecided } from "./load-undecided.ts";
export { loadUndecided } from "./load-undecided.ts";
export { migrate } from "./migrate.ts";
export type { Page, Position } from "./newest-first.ts";
export type { OpaqueToken } from "./opaque-tokens.ts";
export { findOpaqueTokens } from "./opaque-tokens.ts";
export type { NamedTransaction } from "./quarantine.ts";
export { closeQuarantine, listQuarantined, lockTransactions } from "./quarantine.ts";
export { type LedgerReader, readLedger } from "./read-ledger.ts";
export {
  insertReceiptBatch,
  listReceiptBatches,
  type ReceiptBatch,
} from "./receipt-batches.ts";
export type { NewReceipt, Receipt, ReceivedClaim } from "./receipts.ts";
export { insertReceipts, recordMalformedCallback } from "./receipts.ts";
export { forgetTries, type NewGivenUp, recordGivenUp } from "./record-given-up.ts";
export { markJobRedriven, type RedriveAction, redriveStored } from "./redrive.ts";
export type { RefusalCount, RefusalFilter, RefusalKey } from "./refusals.ts";
export { addRefusals, forgetRefusals, listRefusals } from "./refusals.ts";
export type { Registration } from "./registered.ts";
export { createRegistered, findByTransactionId } from "./registered.ts";
export { ALERT_SEVERITIES, ALERT_STATUSES, WORK_KINDS } from "./schema.ts";
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
export type { TakenChecks, TakeOptions } from "./take-checks.ts";
export { findDueBudgets, takeDueChecks } from "./take-checks.ts";
export { findFaceCheck, listTransitions, loadEvidence } from "./timeline.ts";
export { isTransient, sqlStateOf } from "./transient.ts";
export type { Intent, Verification } from "./verifications.ts";
export {
  countByStatus,
  createVerification,
  findByMerchantBizId,
  findVerification,
  findVerifications,
  keepVerification,
  leaseVerification,
  releaseVerification,
  releaseVerifications,
  snapshotOf,
} from "./verifications.ts";
export { watchChanges } from "./watch-changes.ts";
export { isTransactionTaken, yieldTransaction } from "./yield-transaction.ts";
