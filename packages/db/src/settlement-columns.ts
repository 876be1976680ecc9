import type { Columns } from "./rows-of.ts";
import type {
  Change,
  MutableState,
  NewAlertOnRow,
  NewCheck,
  NewDetail,
  NewDiscrepancy,
  NewTransition,
  Settlement,
} from "./settlement.ts";

type ChangedRow = Omit<Change, "state"> & MutableState;

/** A move with what it tells, whether that waits as long as its outcome is in doubt, and whether it is the last of several. */
export type Move = NewTransition & { event: string | null; waits: boolean; last: boolean };

/** What each part of a settlement is given to its statement as. */
export const CHANGED: Columns<ChangedRow> = {
  id: "uuid",
  from: "int",
  version: "int",
  endsAsking: "boolean",
  asksUntil: "timestamptz",
  status: "text",
  transactionId: "text",
  transactionSource: "text",
  protocol: "text",
  transactionUrl: "text",
  claimPassed: "boolean",
  claimSubCode: "text",
  claimedAt: "timestamptz",
  passed: "boolean",
  subCode: "text",
  outcomeSource: "text",
  confirmedAt: "timestamptz",
  walkAway: "jsonb",
  errorCode: "text",
  errorMessage: "text",
  checkedAt: "timestamptz",
  checkCount: "int",
  troubleCount: "int",
  nextCheckAt: "timestamptz",
  recheckWanted: "boolean",
  expiresAt: "timestamptz",
};

export const MOVED: Columns<Move> = {
  verificationId: "uuid",
  version: "int",
  from: "text",
  to: "text",
  cause: "text",
  receiptId: "uuid",
  checkId: "uuid",
  actor: "text",
  at: "timestamptz",
  event: "text",
  waits: "boolean",
  last: "boolean",
};

export const FOUND: Columns<NewDiscrepancy> = {
  id: "uuid",
  type: "text",
  route: "text",
  verificationId: "uuid",
  receiptId: "uuid",
  checkId: "uuid",
  openedAt: "timestamptz",
  alert: "json",
};

export const ALARMED: Columns<NewAlertOnRow> = {
  id: "uuid",
  rule: "text",
  severity: "text",
  route: "text",
  verificationId: "uuid",
  subject: "text",
  detail: "text",
  confirmation: "text",
  openedAt: "timestamptz",
};

export const ANSWERED: Columns<{ verificationId: string; rule: string | null }> = {
  verificationId: "uuid",
  rule: "text",
};

export const ASKED: Columns<NewCheck> = {
  id: "uuid",
  verificationId: "uuid",
  transactionId: "text",
  operation: "text",
  kind: "text",
  passed: "boolean",
  subCode: "text",
  walkAway: "jsonb",
  faceCheck: "jsonb",
  code: "text",
  httpStatus: "int",
  requestId: "text",
  askedAt: "timestamptz",
  answeredAt: "timestamptz",
};

export const KEPT: Columns<NewDetail & { verificationId: string; checkId: string; storedAt: Date }> = {
  verificationId: "uuid",
  class: "text",
  field: "text",
  envelope: "text",
  keyId: "text",
  checkId: "uuid",
  storedAt: "timestamptz",
};

export const DECIDED: Columns<Settlement["receipts"][number]> = { receiptId: "uuid", verificationId: "uuid" };
