import { DISCREPANCIES, type Discrepancy } from "./evidence.ts";
import type { Status } from "./status.ts";

export const EVENT_TYPES = [
  "verification.started",
  "verification.claimed",
  "verification.passed",
  "verification.failed",
  "verification.expired",
  "verification.init_failed",
  "verification.unresolvable",
  "verification.voided",
  "discrepancy.opened",
  "discrepancy.closed",
  "alert.opened",
  "alert.acknowledged",
  "alert.resolved",
] as const;

/** What the company's systems are told. */
export type EventType = (typeof EVENT_TYPES)[number];

const ON_MOVE = {
  // Nothing leads there: a verification begins so, and there is nothing to tell until the provider has answered.
  initializing: null,
  awaiting: "verification.started",
  claimed: "verification.claimed",
  passed: "verification.passed",
  failed: "verification.failed",
  expired: "verification.expired",
  init_failed: "verification.init_failed",
  unresolvable: "verification.unresolvable",
  voided: "verification.voided",
} as const satisfies Record<Status, EventType | null>;

/**
 * The event of a move to that status: every move has exactly one. A session without one that tells of its start went another
 * way: its callback was faster than the answer to Initialize, or it is a face check, which answers at once.
 */
export const eventOnMove = (to: Status): EventType | null => ON_MOVE[to];

const CASTS_DOUBT: Record<Discrepancy, boolean> = {
  // The provider has told two things about one session, and the outcome is only one of them.
  claim_contradicted: true,
  // The provider's own word is not what it was, so neither of the two can be relied on.
  result_changed: true,
  // Two callbacks disagree, but no outcome rests on a callback. Should the first be the wrong one, the provider's answer
  // contradicts it, and that casts doubt.
  mutated_replay: false,
  // Matches no verification, so there is no outcome to doubt.
  unknown_transaction: false,
  // Somebody else's transaction under this session's token. The provider is asked about the transaction that it named itself.
  transaction_mismatch: false,
  // The end has been told, and it is one that no result can change.
  result_after_end: false,
};

/** Whether the outcome cannot be relied on until a person has looked at it. */
export const castsDoubt = (type: Discrepancy): boolean => CASTS_DOUBT[type];

/** The discrepancies that put an outcome in doubt. */
export const DOUBTS: readonly Discrepancy[] = DISCREPANCIES.filter(castsDoubt);

const WAITS: ReadonlySet<EventType> = new Set<EventType>([
  "verification.passed",
  "verification.failed",
  "verification.expired",
  "verification.init_failed",
  "verification.unresolvable",
]);

/**
 * Whether an event is held back while the outcome is in doubt. Those that tell an outcome found by evidence are; a void is a
 * person's decision, and a claim is told as no more than one.
 */
export const waitsForDoubts = (type: EventType): boolean => WAITS.has(type);
