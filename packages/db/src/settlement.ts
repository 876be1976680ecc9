import type { Discrepancy, Severity, Status } from "@verdict/domain";
import type { checks, personalDetails, transitions } from "./schema.ts";
import type { Verification } from "./verifications.ts";

/** The columns a decision may change. */
export type MutableState = Pick<
  Verification,
  | "status"
  | "transactionId"
  | "transactionSource"
  | "protocol"
  | "transactionUrl"
  | "claimPassed"
  | "claimSubCode"
  | "claimedAt"
  | "passed"
  | "subCode"
  | "outcomeSource"
  | "confirmedAt"
  | "walkAway"
  | "errorCode"
  | "errorMessage"
  | "checkedAt"
  | "checkCount"
  | "troubleCount"
  | "nextCheckAt"
  | "recheckWanted"
  | "expiresAt"
>;

/** A verification's new state, good only while it still has version `from`. */
export type Change = {
  id: string;
  from: number;
  version: number;
  state: MutableState;
  /** Whether this ends the turn of the process that was asking the provider. */
  endsAsking: boolean;
  /** The turn of the process that is asking goes on until then, at most. */
  asksUntil?: Date;
};

export type NewTransition = Omit<typeof transitions.$inferSelect, "from" | "to"> & { from: Status; to: Status };

/** What a check told of a person, encrypted. */
export type NewDetail = Pick<typeof personalDetails.$inferSelect, "class" | "field" | "envelope" | "keyId">;

export type NewCheck = typeof checks.$inferSelect & {
  /** No part of the evidence: kept beside it, and only as long as the verification has not been erased. */
  details?: readonly NewDetail[];
};

export type NewDiscrepancy = {
  id: string;
  type: Discrepancy;
  route: string;
  verificationId: string;
  receiptId: string | null;
  checkId: string | null;
  openedAt: Date;
  /** The alert it raises, should it be new. */
  alert: { id: string; rule: string; severity: Severity };
};

/** What somebody has to know of a verification beyond its discrepancies. One that is open already stays one. */
export type NewAlertOnRow = {
  id: string;
  rule: string;
  severity: Severity;
  route: string;
  verificationId: string;
  /** The hash of the user, where the rule is about somebody. */
  subject: string | null;
  detail: string;
  /** A confirmed one confirms what a claim has raised before. Null: nobody claims it. */
  confirmation: "unconfirmed" | "confirmed" | null;
  openedAt: Date;
};

/** An alert that has just been put on record. */
export type RaisedAlert = {
  id: string;
  rule: string;
  severity: Severity;
  route: string;
  verificationId: string | null;
};

/** What became of a settlement. */
export type Settled = {
  /** Verifications that had moved on: to be decided again. */
  lostIds: string[];
  raised: RaisedAlert[];
};

/** Everything a batch of decisions wants written. */
export type Settlement = {
  changes: readonly Change[];
  /** The moves that the changes consist of. Several of one verification follow one another. */
  transitions: readonly NewTransition[];
  discrepancies: readonly NewDiscrepancy[];
  checks: readonly NewCheck[];
  alerts?: readonly NewAlertOnRow[];
  /** Verifications whose result is known: an alert that a claim has raised is over, unless it is by this rule. */
  answered?: readonly { verificationId: string; rule: string | null }[];
  /** Receipts that are decided, each with the verification whose change carries the decision, if one does. */
  receipts: readonly { receiptId: string; verificationId: string }[];
};
