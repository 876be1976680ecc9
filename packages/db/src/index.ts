export type { DatabaseOptions, Db } from "./database.ts";
export { isDatabaseAway, openDatabase, pingDatabase } from "./database.ts";
export { leaseDueChecks } from "./due.ts";
export type { Undecided } from "./load-undecided.ts";
export { loadUndecided } from "./load-undecided.ts";
export { migrate } from "./migrate.ts";
export type { NewReceipt, Receipt } from "./receipts.ts";
export { insertReceipts, leaseDueReceipts, recordMalformedCallback } from "./receipts.ts";
export type { Change, MutableState, NewCheck, NewDiscrepancy, NewTransition, Settlement } from "./settle.ts";
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
