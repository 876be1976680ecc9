// What the other packages and the apps use, by subject. A file with nothing of its own is exported whole.

// The database itself

export * from "./advisory-locks.ts";
export { type Db, isDatabaseAway, openDatabase, pingDatabase } from "./database.ts";
export { doneDuty, findDutyDone, holdDuty } from "./duties.ts";
export * from "./in-transaction.ts";
export { migrate } from "./migrate.ts";
export type { Position } from "./newest-first.ts";
export { readSealingState, readServerState, type ServerState } from "./read-server-state.ts";
export * from "./transient.ts";
export * from "./watch-changes.ts";
export * from "./yield-transaction.ts";

// Verifications, and how they are found

export { findVerificationsByIds } from "./find-by-ids.ts";
export * from "./registered.ts";
export { searchVerifications, type VerificationFilter } from "./search-verifications.ts";
export * from "./session-traces.ts";
export * from "./timeline.ts";
export {
  createVerification,
  findByMerchantBizId,
  findVerification,
  findVerifications,
  keepVerification,
  leaseVerification,
  lockVerification,
  releaseVerification,
  releaseVerifications,
  snapshotOf,
  type Verification,
} from "./verifications.ts";

// What came in, and what was refused

export * from "./due.ts";
export * from "./load-undecided.ts";
export { findOpaqueTokens } from "./opaque-tokens.ts";
export { closeQuarantine, listQuarantined, lockTransactions } from "./quarantine.ts";
export { insertReceiptBatch, listReceiptBatches } from "./receipt-batches.ts";
export * from "./receipts.ts";
export { addRefusals, forgetRefusals, listRefusals, type RefusalCount, type RefusalKey } from "./refusals.ts";

// What evidence moves

export { settle } from "./settle.ts";
export type {
  Change,
  MutableState,
  NewAlertOnRow,
  NewCheck,
  NewDetail,
  NewDiscrepancy,
  NewTransition,
  RaisedAlert,
  Settlement,
} from "./settlement.ts";

// Questions to the provider

export {
  type CallBudget,
  giveBackCallSlots,
  moveBreaker,
  setCallLimit,
  type TakenCall,
  takeCallSlots,
  takeCallsAtOnce,
} from "./call-slots.ts";
export * from "./count-calls-held.ts";
export { findDueBudgets, takeDueChecks } from "./take-checks.ts";

// Work that was given up

export * from "./given-up-work.ts";
export { forgetTries, recordGivenUp } from "./record-given-up.ts";
export { markJobRedriven, redriveStored } from "./redrive.ts";

// Discrepancies and alerts

export {
  type DueGroup,
  findGroupCounts,
  findInhibition,
  type GroupCount,
  listOpenOfGroup,
  listTold,
  takeDueGroups,
  watchAlerts,
  writePlans,
} from "./alert-groups.ts";
export { type Alert, acknowledgeAlert, findAlert, listAlerts, raiseAlert, resolveAlert } from "./alerts.ts";
export { applyConditions, endCliffs } from "./apply-conditions.ts";
export { assignAlert, listAlertsOfDiscrepancies, noteOnAlert } from "./assign-alert.ts";
export { closeDiscrepancy, type Discrepancy, findDiscrepancy, listDiscrepancies } from "./discrepancies.ts";
export { listOngoing, readFacts } from "./read-facts.ts";
export {
  type PastEnding,
  readCliffs,
  readDiscrepancies,
  readEndings,
  readGivenUpHistory,
  readRefusedHours,
  readTellings,
  type Span,
} from "./read-history.ts";
export { ALERT_SEVERITIES, ALERT_STATUSES, CONFIRMATIONS, WORK_KINDS } from "./schema.ts";
export { createSilence, endSilence, listActiveSilences, listSilences, type SilenceRow } from "./silences.ts";

// Telling people

export {
  type Channel,
  changeChannel,
  createChannel,
  deleteChannel,
  findChannel,
  isChannelNameTaken,
  listChannels,
  listEnabledChannels,
} from "./channels.ts";
export {
  type DueNotification,
  endAttempt,
  findNextTelling,
  findOldestUntold,
  listNotifications,
  type Notification,
  takeNotifications,
} from "./notifications.ts";

// Telling systems

export {
  type DueDelivery,
  endDeliveryAttempt,
  findNextDelivery,
  putOffDelivery,
  takeDeliveries,
  watchDeliveries,
} from "./deliveries.ts";
export {
  type Delivery,
  type DeliveryAttempt,
  findDelivery,
  listDeliveries,
  listDeliveryAttempts,
} from "./delivery-log.ts";
export {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  type Endpoint,
  findEndpoint,
  isEndpointNameTaken,
  listEndpoints,
  type NewEndpoint,
  noteAnswer,
  rotateEndpointSecret,
} from "./endpoints.ts";
export { dropOldEvents, type EventRoom, makeEventPartitions, readEventRoom } from "./event-partitions.ts";
export * from "./events.ts";
export { fanOutEvents } from "./fan-out.ts";
export { type ReplayChoice, replayDeliveries } from "./replay-deliveries.ts";
export * from "./watch-events.ts";

// Figures

export * from "./backlog.ts";
export * from "./count-arrivals.ts";
export * from "./count-claims.ts";
export { countStaleHours, findStaleSince } from "./count-hours.ts";
export { STEPS_BY_DECADE } from "./count-marks.ts";
export { COUNT_GROUPS, type Count, type CountQuery, readCounts } from "./read-counts.ts";
export { type ConfirmedAfter, countConfirmedAfter, type Figures, readFigures } from "./read-figures.ts";

// People and keys, and what they did

export {
  type ApiKey,
  findApiKey,
  findApiKeyByHash,
  hasApiKey,
  insertApiKey,
  listApiKeys,
  revokeApiKey,
  rotateApiKey,
  touchApiKey,
} from "./api-keys.ts";
export * from "./colleagues.ts";
export { type HumanAction, listHumanActions, recordHumanAction } from "./human-actions.ts";
export {
  changePerson,
  findPerson,
  findPersonByEmail,
  forgetEndedSessions,
  hasActiveAdmin,
  hasPeople,
  insertFirstPerson,
  insertPerson,
  listPeople,
  type Person,
  recordSignIn,
  resetPassword,
} from "./people.ts";
export * from "./sign-in-attempts.ts";

// Secrets, personal data, and how they are forgotten

export { type EvidenceSubject, eraseEvidence } from "./erase-evidence.ts";
export {
  beginErasure,
  blankVerification,
  type DueItem,
  type Erasure,
  type ErasureItem,
  findErasure,
  finishErasures,
  type ItemProgress,
  listErasures,
  moveErasureItem,
  takeErasures,
} from "./erasures.ts";
export * from "./forget.ts";
export {
  countDetailsByKey,
  listDetails,
  listDetailsOfKey,
  replaceEnvelopes,
  type StoredDetail,
} from "./personal-details.ts";
export * from "./retention-runs.ts";
export { listSealedSecrets, replaceSealedSecret, type SealedSecret } from "./sealed-secrets.ts";

// Proofs that all is right

export * from "./event-invariants.ts";
export * from "./evidence-invariants.ts";
export type { Found } from "./find-broken.ts";
export { EVIDENCE_TABLES } from "./hash-evidence.ts";
export { findBrokenWays, findOverdue, findUnproven } from "./invariants.ts";
export { findLedgerHead, sealBatch } from "./ledger.ts";
export * from "./read-ledger.ts";
