import type { Product, Status } from "./status.ts";

/** What a callback says happened. Never proof. */
export type Claim = { passed: boolean; subCode: string };

/** What the provider itself says happened. The sub-code may be absent. */
export type Result = { passed: boolean; subCode: string | null };

/** A verification as far as decisions need it. */
export type VerificationSnapshot = {
  id: string;
  route: string;
  product: Product;
  status: Status;
  version: number;
  transactionId: string | null;
  claim: Claim | null;
  claimedAt: Date | null;
  result: Result | null;
  /** What the provider said in place of an answer, last time it was asked to start. */
  errorCode: string | null;
  createdAt: Date;
  /** When the provider stops accepting the user: 30 minutes after Initialize by default. */
  expiresAt: Date;
};

/** An authentic callback: its token was genuine and names this verification. */
export type CallbackEvidence = {
  kind: "callback";
  /** As the callback says; the token does not vouch for it. */
  transactionId: string;
  /** Whether that transaction is known to belong to another verification. */
  transactionTaken: boolean;
  claim: Claim;
  at: Date;
};

/** How far the user got, as CheckVerifyLog tells it (provider notes, section 4.5). */
export type WalkAway = {
  progress: "finished" | "interrupted" | "not_started" | "unknown";
  errorCode: string | null;
  page: string | null;
};

/** What a face check says beyond its verdict (seed 2). Scores go from 0 to 100. */
export type FaceCheckDetails = {
  comparisonScore: number | null;
  /** Faces of the searched groups that are similar. `own`: registered for the very person who was checked. */
  duplicates: { faceGroupCode: string | null; faceId: string | null; own: boolean }[];
  /** The only similar face is the person's own registration: not a duplicate, but a repeat. */
  onlyOwnRegistration: boolean;
  registered: boolean | null;
  registrationId: string | null;
  attack: boolean | null;
  attackScore: number | null;
};

/** What asking the provider brought. `log` only comes after the window has lapsed. */
export type CheckEvidence =
  | { kind: "verdict"; result: Result; at: Date }
  | { kind: "pending"; at: Date }
  /** The provider does not know the transaction: too early, the wrong region, or deleted. */
  | { kind: "gone"; at: Date }
  | { kind: "log"; walkAway: WalkAway; at: Date };

export const DISCREPANCIES = [
  "claim_contradicted",
  "result_changed",
  "mutated_replay",
  "unknown_transaction",
  "transaction_mismatch",
  "result_after_end",
] as const;

/** Two pieces of evidence disagree, or evidence matches nothing. */
export type Discrepancy = (typeof DISCREPANCIES)[number];
