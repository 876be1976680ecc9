export type { Caller, Permission, Reach, Role } from "./access.ts";
export {
  GRANTS,
  may,
  mayGrant,
  PERMISSIONS,
  permissionsOf,
  permissionsOfRole,
  ROLES,
  reaches,
  rolesThatMay,
} from "./access.ts";
export * from "./alert-rules/index.ts";
export type { AlertContent, Severity } from "./alerts.ts";
export { alertOnBreaker, alertOnCliff, alertOnDiscrepancy } from "./alerts.ts";
export type { RecheckDecision, RecheckRefusal, VoidDecision, VoidRefusal } from "./asked-by-person.ts";
export { decideRecheck, decideVoid } from "./asked-by-person.ts";
export type { Breaker, BreakerState, CallEnding } from "./breaker.ts";
export { afterCall, CLOSED } from "./breaker.ts";
export type { CallbackContent } from "./callback-query.ts";
export type { TokenKey, TokenReading, TokenSubject } from "./callback-token.ts";
export { readCallbackToken, signCallbackToken } from "./callback-token.ts";
export { csvLine } from "./csv.ts";
export {
  ATTEMPT_OUTCOMES,
  type AttemptOutcome,
  DELIVERY_STATES,
  type DeliveryState,
  type DeliveryStep,
  DISABLED_WHYS,
  type DisabledWhy,
  deliveryAfter,
  ENDPOINT_STATES,
  type EndpointState,
  FAILING_MS,
} from "./deliveries.ts";
export { drainSeconds } from "./drain-seconds.ts";
export type { EventType } from "./events.ts";
export { castsDoubt, DOUBTS, EVENT_TYPES, eventOnMove, waitsForDoubts } from "./events.ts";
export type {
  CallbackEvidence,
  CheckEvidence,
  Claim,
  Discrepancy,
  FaceCheckDetails,
  Result,
  VerificationSnapshot,
  WalkAway,
} from "./evidence.ts";
export { DISCREPANCIES } from "./evidence.ts";
export type { Because, Explainable } from "./explain.ts";
export { BECAUSE_KEYS, because, explain } from "./explain.ts";
export type { TokenInspection, TokenRoute } from "./inspect-callback-token.ts";
export { inspectCallbackToken } from "./inspect-callback-token.ts";
export type { JudgedRoute, Judgement, RefusalReason } from "./judge-callback.ts";
export { judgeCallback } from "./judge-callback.ts";
export * from "./notifications/index.ts";
export { opaqueTokenHash } from "./opaque-token.ts";
export type { DetailClass, DetailName, DetailRecords, PersonalDetail } from "./personal-details.ts";
export { DETAIL_CLASSES, maskDetail, personalDetails } from "./personal-details.ts";
export type { RateCapOptions } from "./rate-cap.ts";
export { rateCap } from "./rate-cap.ts";
export type { ReceiptIdentity } from "./receipt-id.ts";
export { receiptId } from "./receipt-id.ts";
export type { Cause, Decision } from "./reconcile.ts";
export { reconcileCallback, reconcileCheck, reconcileNoAnswer, reconcileSilence, sameResult } from "./reconcile.ts";
export type { FaceCheckEvidence } from "./reconcile-face-check.ts";
export { reconcileFaceCheck } from "./reconcile-face-check.ts";
export type { InitializeEvidence } from "./reconcile-initialize.ts";
export { reconcileInitialize } from "./reconcile-initialize.ts";
export type { Retention, RetentionClass } from "./retention.ts";
export { deletableBefore, RETENTION_CLASSES, RETENTION_DAYS, SHORTEST_RETENTION } from "./retention.ts";
export type { Arrival, CheckPolicy } from "./schedule.ts";
export { DEFAULT_POLICY, deadline, nextCheck, offsetsFor } from "./schedule.ts";
export type { ChainReading, EvidenceKind, Head, Seal, SealedRow } from "./seal-chain.ts";
export {
  EVIDENCE_KINDS,
  GENESIS,
  GONE,
  headText,
  nextSeal,
  readLines,
  sealedLine,
  sealHash,
  verifyChain,
} from "./seal-chain.ts";
export type { Product, Status } from "./status.ts";
export { canMove, isConfirmed, isOpen, isTerminal, MOVES, PRODUCTS, STATUSES } from "./status.ts";
export { describeSubCode, SUB_CODES } from "./sub-codes.ts";
