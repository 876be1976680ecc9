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
  /** When it can be fetched. Not given: at once. */
  readyAt?: number | undefined;
};

export type Abandonment = { page: string; errorCode: string; at: number };

/** One try to reach the receiver, or one that the fault plan kept from it. */
export type CallbackAttempt = { at: number; kind: CallbackKind; url: string; httpStatus: number | null; code: string };

/** One session. Times are milliseconds of the provider's own clock. */
export type Transaction = {
  /** Counts from 1 after each reset; what faults are drawn by. */
  ordinal: number;
  transactionId: string;
  merchantBizId: string;
  product: Product;
  docType: string | null;
  idSpoof: boolean;
  docVideo: boolean;
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
  imagesDeleted: boolean;
  textDeleted: boolean;
  pending: readonly { kind: CallbackKind; dueAt: number }[];
  callbacks: readonly CallbackAttempt[];
};

const RETENTION_MS = 30 * 24 * 3_600_000;

const isOpen = (state: TransactionState): boolean => state === "initialized" || state === "started";

/** The state at a time: an open session expires by itself, and a finished one is being processed until its result is ready. */
export function stateAt(held: Transaction, now: number): TransactionState {
  if (isOpen(held.written) && now >= held.expiresAt) return "expired";
  const computing = held.written === "completed" && now < (held.outcome?.readyAt ?? now);
  return computing ? "processing" : held.written;
}

export const isOpenAt = (held: Transaction, now: number): boolean => isOpen(stateAt(held, now));

/** The user has finished, and the result can be fetched. */
export const isReadyAt = (held: Transaction, now: number): boolean => stateAt(held, now) === "completed";

/** The provider deletes results and logs 30 days after the session ended. */
export const isRetiredAt = (held: Transaction, now: number): boolean =>
  now >= (held.outcome?.at ?? held.expiresAt) + RETENTION_MS;

/** Where a session stands for whoever asks for its result. */
export type Standing = "unfinished" | "lapsed" | "computing" | "ready" | "deleted" | "retired";

export function standingAt(held: Transaction, now: number): Standing {
  if (isRetiredAt(held, now)) return "retired";
  switch (stateAt(held, now)) {
    case "initialized":
    case "started":
      return "unfinished";
    case "interrupted":
    case "expired":
      return "lapsed";
    case "processing":
      return held.outcome && !held.early ? "computing" : "unfinished";
    case "completed":
      return held.textDeleted ? "deleted" : "ready";
  }
}

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
