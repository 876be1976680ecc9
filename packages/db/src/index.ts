export { ADVISORY_LOCKS } from "./advisory-locks.ts";
export {
  ALERTS_CHANNEL,
  type DueGroup,
  findGroupCounts,
  findInhibition,
  type GroupCount,
  listOpenOfGroup,
  listTold,
  lookAtOpenGroups,
  type PlannedGroup,
  takeDueGroups,
  watchAlerts,
  writePlans,
} from "./alert-groups.ts";
export type { Alert, AlertFilter, NewAlert } from "./alerts.ts";
export { acknowledgeAlert, findAlert, listAlerts, raiseAlert, resolveAlert } from "./alerts.ts";
export type { ApiKey, NewApiKey } from "./api-keys.ts";
export {
  findApiKey,
  findApiKeyByHash,
  hasApiKey,
  insertApiKey,
  listApiKeys,
  revokeApiKey,
  rotateApiKey,
  touchApiKey,
} from "./api-keys.ts";
export { applyConditions, endCliffs, type FoundCondition } from "./apply-conditions.ts";
export { type Assignment, assignAlert, listAlertsOfDiscrepancies, noteOnAlert } from "./assign-alert.ts";
export type { Backlog } from "./backlog.ts";
export { LANE_NAMES, readBacklog } from "./backlog.ts";
export type { AnsweredCall, CallBudget, TakenCall } from "./call-slots.ts";
export { giveBackCallSlots, moveBreaker, setCallLimit, takeCallSlots, takeCallsAtOnce } from "./call-slots.ts";
export {
  type Channel,
  type ChannelChanges,
  changeChannel,
  createChannel,
  deleteChannel,
  findChannel,
  isChannelNameTaken,
  listChannels,
  listEnabledChannels,
} from "./channels.ts";
export { type Colleague, findActorNames, listColleagues } from "./colleagues.ts";
export type { RouteArrival } from "./count-arrivals.ts";
export { countArrivals } from "./count-arrivals.ts";
export { type BudgetUse, countCallsHeld } from "./count-calls-held.ts";
export { countClaims } from "./count-claims.ts";
export { type Counted, countStaleHours, findStaleSince } from "./count-hours.ts";
export { STEPS_BY_DECADE } from "./count-marks.ts";
export type { DatabaseOptions, Db } from "./database.ts";
export { isDatabaseAway, openDatabase, pingDatabase } from "./database.ts";
export {
  countUndelivered,
  DELIVERIES_CHANNEL,
  type DueDelivery,
  type EndedAttempt,
  endDeliveryAttempt,
  findNextDelivery,
  putOffDelivery,
  takeDeliveries,
  type Undelivered,
  watchDeliveries,
} from "./deliveries.ts";
export {
  type Delivery,
  type DeliveryAttempt,
  type DeliveryFilter,
  findDelivery,
  listDeliveries,
  listDeliveryAttempts,
} from "./delivery-log.ts";
export type { Discrepancy, DiscrepancyFilter } from "./discrepancies.ts";
export { closeDiscrepancy, findDiscrepancy, listDiscrepancies } from "./discrepancies.ts";
export { leaseDueBatches, leaseDueReceipts } from "./due.ts";
export { doneDuty, findDutyDone, holdDuty } from "./duties.ts";
export {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  type Endpoint,
  type EndpointChanges,
  findEndpoint,
  isEndpointNameTaken,
  listEndpoints,
  type NewEndpoint,
  noteAnswer,
  rotateEndpointSecret,
} from "./endpoints.ts";
export type { ErasedBatch, EvidenceSubject } from "./erase-evidence.ts";
export { eraseEvidence } from "./erase-evidence.ts";
export type { DueItem, Erasure, ErasureItem, ErasureWish, ItemProgress } from "./erasures.ts";
export {
  beginErasure,
  blankVerification,
  ERASED,
  findErasure,
  finishErasures,
  listErasures,
  moveErasureItem,
  takeErasures,
} from "./erasures.ts";
export { findUntold } from "./event-invariants.ts";
export { dropOldEvents, type EventRoom, makeEventPartitions, readEventRoom, WEEKS_AHEAD } from "./event-partitions.ts";
export type { FeedEvent, FeedFilter, FeedPlace, FeedReading } from "./events.ts";
export { comparePlaces, findFeedEnd, fitsFilter, forgetEvents, readFeed } from "./events.ts";
export {
  findOverspent,
  findStrandedBatches,
  findUnaccountedReceipts,
  findUnalertedDiscrepancies,
} from "./evidence-invariants.ts";
export { type FannedOut, fanOutEvents } from "./fan-out.ts";
export type { Found } from "./find-broken.ts";
export { findVerificationsByIds } from "./find-by-ids.ts";
export type { Forget } from "./forget.ts";
export {
  forgetAlerts,
  forgetDetails,
  forgetMalformed,
  forgetOpaqueTokens,
  forgetRedriven,
} from "./forget.ts";
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
export type { HumanAction, HumanActionFilter, NewHumanAction } from "./human-actions.ts";
export { listHumanActions, recordHumanAction } from "./human-actions.ts";
export { inTransaction } from "./in-transaction.ts";
export { findBrokenWays, findOverdue, findUnproven } from "./invariants.ts";
export type { Sealed } from "./ledger.ts";
export { findLedgerHead, sealBatch } from "./ledger.ts";
export type { Undecided } from "./load-undecided.ts";
export { loadUndecided } from "./load-undecided.ts";
export { migrate } from "./migrate.ts";
export type { Page, Position } from "./newest-first.ts";
export {
  type DueNotification,
  endAttempt,
  findNextTelling,
  findOldestUntold,
  listNotifications,
  type Notification,
  type SendEnding,
  takeNotifications,
} from "./notifications.ts";
export type { OpaqueToken } from "./opaque-tokens.ts";
export { findOpaqueTokens } from "./opaque-tokens.ts";
export type { NewPerson, Person, PersonChanges } from "./people.ts";
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
  recordSignIn,
  resetPassword,
} from "./people.ts";
export type { ReplacedEnvelope, StoredDetail } from "./personal-details.ts";
export { countDetailsByKey, listDetails, listDetailsOfKey, replaceEnvelopes } from "./personal-details.ts";
export type { NamedTransaction } from "./quarantine.ts";
export { closeQuarantine, listQuarantined, lockTransactions } from "./quarantine.ts";
export { COUNT_GROUPS, type Count, type CountGroup, type CountQuery, readCounts } from "./read-counts.ts";
export { type FactsWanted, listOngoing, readFacts } from "./read-facts.ts";
export { type ConfirmedAfter, countConfirmedAfter, type Figures, readFigures } from "./read-figures.ts";
export {
  type PastEnding,
  type PastTelling,
  readCliffs,
  readDiscrepancies,
  readEndings,
  readGivenUpHistory,
  readRefusedHours,
  readTellings,
  type Span,
} from "./read-history.ts";
export { type LedgerReader, readLedger } from "./read-ledger.ts";
export {
  readSealingState,
  readServerState,
  type SchemaState,
  type SealingState,
  type ServerState,
} from "./read-server-state.ts";
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
export { type Replay, type ReplayChoice, replayDeliveries } from "./replay-deliveries.ts";
export {
  listRetentionRuns,
  type RetentionRun,
  type RetentionState,
  readRetentionState,
  recordRetentionFailure,
  recordRetentionRun,
} from "./retention-runs.ts";
export { ALERT_SEVERITIES, ALERT_STATUSES, CONFIRMATIONS, WORK_KINDS } from "./schema.ts";
export { listSealedSecrets, replaceSealedSecret, type SealedSecret } from "./sealed-secrets.ts";
export { searchVerifications, type VerificationFilter, type VerificationPage } from "./search-verifications.ts";
export {
  findTraceOfEvent,
  findTraceOfTransaction,
  findTraceOfVerification,
  findTracesOfGroup,
  findTracesOfReceipts,
  forgetTraces,
  keepTraces,
  type SessionTrace,
} from "./session-traces.ts";
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
  Settled,
  Settlement,
} from "./settlement.ts";
export type { AttemptRule } from "./sign-in-attempts.ts";
export { clearAttempts, countAttempt } from "./sign-in-attempts.ts";
export {
  createSilence,
  endSilence,
  listActiveSilences,
  listSilences,
  type NewSilence,
  type SilenceRow,
} from "./silences.ts";
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
  lockVerification,
  releaseVerification,
  releaseVerifications,
  snapshotOf,
} from "./verifications.ts";
export { watchChanges } from "./watch-changes.ts";
export { watchEvents } from "./watch-events.ts";
export { isTransactionTaken, yieldTransaction } from "./yield-transaction.ts";
