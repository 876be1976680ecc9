import type { CallbackKind } from "./callback-plan.ts";
import type { Claim, Product } from "./outcomes.ts";

const STATES = ["initialized", "started", "processing", "completed", "interrupted", "expired"] as const;

export type TransactionState = (typeof STATES)[number];

export const isTransactionState = (text: string): text is TransactionState => STATES.some((state) => state === text);

export const STATE_NAMES = STATES.join(", ");

export type Outcome = Claim & {
  /** Merged over the `Result` of CheckResult. */
  result?: Readonly<Record<string, unknown>> | undefined;
  at: number;
};

export type Abandonment = { page: string; errorCode: string; at: number };

/** One try to reach the receiver, or one that the fault plan kept from it. */
export type CallbackAttempt = { at: number; kind: CallbackKind; httpStatus: number | null; code: string };

/** One session. Times are milliseconds of the provider's own clock. */
export type Transaction = {
  /** Counts from 1 after each reset; what faults are drawn by. */
  ordinal: number;
  transactionId: string;
  merchantBizId: string;
  product: Product;
  docType: string | null;
  idSpoof: boolean;
  callbackUrl: string | null;
  callbackToken: string | null;
  initializedAt: number;
  expiresAt: number;
  /** The state that was written. What it is now depends on the clock too: see `stateAt`. */
  written: Exclude<TransactionState, "expired">;
  outcome: Outcome | null;
  /** Its callback went out before Initialize had answered. */
  early: boolean;
  abandonment: Abandonment | null;
  resultsGiven: number;
  pending: readonly { kind: CallbackKind; dueAt: number }[];
  callbacks: readonly CallbackAttempt[];
};

const RETENTION_MS = 30 * 24 * 3_600_000;

const isOpen = (state: TransactionState): boolean => state === "initialized" || state === "started";

/** The state at a time: an open session expires by itself when its validity has lapsed. */
export const stateAt = (held: Transaction, now: number): TransactionState =>
  isOpen(held.written) && now >= held.expiresAt ? "expired" : held.written;

export const isOpenAt = (held: Transaction, now: number): boolean => isOpen(stateAt(held, now));

/** The provider deletes results and logs 30 days after the session ended. */
export const isDeletedAt = (held: Transaction, now: number): boolean =>
  now >= (held.outcome?.at ?? held.expiresAt) + RETENTION_MS;

export type Move =
  | { kind: "moved"; transaction: Transaction }
  /** It had that outcome before: its callback went out early. */
  | { kind: "already"; transaction: Transaction }
  | { kind: "closed"; state: TransactionState };

/** The user opens the session. */
export const start = (held: Transaction, now: number): Move => whileOpen(held, now, { written: "started" });

/** The user walks away. Nobody is told; only CheckVerifyLog knows. */
export const abandon = (held: Transaction, abandonment: Abandonment, now: number): Move =>
  whileOpen(held, now, { written: "interrupted", abandonment });

/** The user finishes. An early session can only be finished with the outcome it was announced with. */
export function complete(held: Transaction, outcome: Outcome, now: number): Move {
  const { early, outcome: known } = held;
  const same = known?.passed === outcome.passed && known.subCode === outcome.subCode;
  if (early && same) return { kind: "already", transaction: held };
  return whileOpen(held, now, { written: "completed", outcome });
}

function whileOpen(held: Transaction, now: number, change: Partial<Transaction>): Move {
  const state = stateAt(held, now);
  if (!isOpen(state)) return { kind: "closed", state };
  return { kind: "moved", transaction: { ...held, ...change } };
}
