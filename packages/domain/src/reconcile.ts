import type {
  CallbackEvidence,
  CheckEvidence,
  Discrepancy,
  Result,
  VerificationSnapshot,
  WalkAway,
} from "./evidence.ts";
import { type CheckPolicy, cliff, deadline, nextCheck, nextClaimedCheck, retentionEnd } from "./schedule.ts";
import type { Status } from "./status.ts";

/** Why a verification moved. Recorded with every transition. */
export type Cause =
  | "initialize_answered"
  | "initialize_refused"
  | "initialize_unanswered"
  | "registered"
  | "callback"
  | "check_result"
  | "face_check"
  | "face_check_lost"
  | "window_lapsed"
  | "retention_lapsed"
  | "person";

/** What one piece of evidence means for the verification it names. */
export type Decision =
  | {
      kind: "advance";
      to: Status;
      cause: Cause;
      discrepancy?: Discrepancy;
      result?: Result;
      walkAway?: WalkAway;
      adoptTransactionId?: string;
      /** Ended, but worth another question: a claim says the provider may yet have a result. */
      checkAgainAt?: Date;
    }
  /** Nothing moves, but the provider has to be asked at that time. */
  | { kind: "check_at"; at: Date; discrepancy?: Discrepancy }
  | { kind: "ignore"; reason: "repeat" | "agrees" }
  | { kind: "discrepancy"; type: Discrepancy }
  /** The window has lapsed without a result: ask CheckVerifyLog how far the user got. */
  | { kind: "ask_log" };

/** What an authentic callback means. `held` is null when its token names a verification we have no record of. */
export function reconcileCallback(held: VerificationSnapshot | null, seen: CallbackEvidence): Decision {
  if (!held) return { kind: "discrepancy", type: "unknown_transaction" };
  const names = held.transactionId ?? (seen.transactionTaken ? null : seen.transactionId);
  if (names !== seen.transactionId) {
    return { kind: "discrepancy", type: "transaction_mismatch" };
  }
  if (held.claim && !sameResult(held.claim, seen.claim)) {
    // After expiry a callback is the only thing that makes us ask again, so another claim must not be lost on the first one.
    return held.status === "expired"
      ? { kind: "check_at", at: seen.at, discrepancy: "mutated_replay" }
      : { kind: "discrepancy", type: "mutated_replay" };
  }
  switch (held.status) {
    case "initializing":
      return { kind: "advance", to: "claimed", cause: "callback", adoptTransactionId: seen.transactionId };
    case "awaiting":
      return { kind: "advance", to: "claimed", cause: "callback" };
    case "claimed":
      return { kind: "ignore", reason: "repeat" };
    case "expired":
      return { kind: "check_at", at: seen.at };
    case "passed":
    case "failed":
      return held.result && sameResult(held.result, seen.claim)
        ? { kind: "ignore", reason: "agrees" }
        : { kind: "discrepancy", type: "claim_contradicted" };
    case "init_failed":
    case "unresolvable":
    case "voided":
      return { kind: "discrepancy", type: "result_after_end" };
  }
}

/** What the provider's answer to a question means. Order comes from the status graph: clocks tie. */
export function reconcileCheck(held: VerificationSnapshot, seen: CheckEvidence, policy: CheckPolicy): Decision {
  switch (seen.kind) {
    case "verdict":
      return reconcileVerdict(held, seen.result);
    case "pending":
    case "gone":
      return reconcileNoResult(held, seen.at, policy);
    case "log":
      return reconcileLog(held, seen.walkAway, seen.at, policy);
  }
}

function reconcileVerdict(held: VerificationSnapshot, result: Result): Decision {
  switch (held.status) {
    case "passed":
    case "failed":
      return held.result && sameResult(held.result, result)
        ? { kind: "ignore", reason: "repeat" }
        : { kind: "discrepancy", type: "result_changed" };
    case "initializing":
    case "init_failed":
    case "unresolvable":
    case "voided":
      return { kind: "discrepancy", type: "result_after_end" };
    case "awaiting":
    case "claimed":
    case "expired": {
      const to = result.passed ? "passed" : "failed";
      const contradicted = held.claim !== null && !sameResult(held.claim, result);
      const advance = { kind: "advance", to, cause: "check_result", result } as const;
      return contradicted ? { ...advance, discrepancy: "claim_contradicted" } : advance;
    }
  }
}

/** No result yet, or no longer. Before the deadline that is normal, after it the log tells why, after 30 days it is final. */
function reconcileNoResult(held: VerificationSnapshot, at: Date, policy: CheckPolicy): Decision {
  switch (held.status) {
    case "awaiting":
    case "claimed":
      if (at < deadline(held, policy)) return { kind: "check_at", at: nextCheck(held, at, policy) };
      if (at < retentionEnd(held, policy)) return { kind: "ask_log" };
      return { kind: "advance", to: "unresolvable", cause: "retention_lapsed" };
    case "expired": {
      const again = nextClaimedCheck(held, at, policy);
      if (again) return { kind: "check_at", at: again };
      if (!held.claim) return { kind: "ignore", reason: "repeat" };
      const last = lastQuestion(held, at, policy);
      return last
        ? { kind: "check_at", at: last, discrepancy: "claim_contradicted" }
        : { kind: "discrepancy", type: "claim_contradicted" };
    }
    case "initializing":
    case "passed":
    case "failed":
    case "init_failed":
    case "unresolvable":
    case "voided":
      return { kind: "ignore", reason: "repeat" };
  }
}

/** A claim that nothing confirms is asked about once more, while its result could still be saved. Null: that time has come. */
function lastQuestion(held: VerificationSnapshot, at: Date, policy: CheckPolicy): Date | null {
  const last = cliff(held, policy);
  return at < last ? last : null;
}

/**
 * What it means that the provider gave no answer: ask again, until its result is gone whether it answers or not. One that has
 * ended is asked about again only if a person waits for the answer (`wanted`).
 */
export function reconcileNoAnswer(
  held: VerificationSnapshot,
  now: Date,
  askAgainAt: Date,
  policy: CheckPolicy,
  wanted = false,
): Decision {
  const open = held.status === "awaiting" || held.status === "claimed";
  if (!open && held.status !== "expired" && !wanted) return { kind: "ignore", reason: "repeat" };
  if (now < retentionEnd(held, policy)) return { kind: "check_at", at: askAgainAt };
  return open
    ? { kind: "advance", to: "unresolvable", cause: "retention_lapsed" }
    : { kind: "ignore", reason: "repeat" };
}

/**
 * What it means that no transaction id is known. Without it there is nobody to ask, and nobody was given anything to finish;
 * only a callback could still name it, so the row waits until the deadline for one.
 */
export function reconcileSilence(held: VerificationSnapshot, now: Date, policy: CheckPolicy): Decision {
  if (held.transactionId !== null) return { kind: "ignore", reason: "repeat" };
  const end = deadline(held, policy);
  switch (held.status) {
    case "initializing":
      if (now < end) return { kind: "check_at", at: end };
      // Without any answer a face check may have been carried out, and paid for.
      return held.product === "FACE_IDU_MIN" && held.errorCode === null
        ? { kind: "advance", to: "unresolvable", cause: "face_check_lost" }
        : { kind: "advance", to: "init_failed", cause: "initialize_unanswered" };
    case "claimed":
      // Its claim named a transaction that turned out to be another verification's.
      return now < end ? { kind: "check_at", at: end } : { kind: "advance", to: "expired", cause: "window_lapsed" };
    default:
      return { kind: "ignore", reason: "repeat" };
  }
}

/** The user finished after all: ask again. Otherwise the window has lapsed, and a claim that said so is contradicted. */
function reconcileLog(held: VerificationSnapshot, walkAway: WalkAway, at: Date, policy: CheckPolicy): Decision {
  if (held.status !== "awaiting" && held.status !== "claimed") return { kind: "ignore", reason: "repeat" };
  if (walkAway.progress === "finished") return { kind: "check_at", at: nextCheck(held, at, policy) };
  const advance = { kind: "advance", to: "expired", cause: "window_lapsed", walkAway } as const;
  // The log is uploaded later than results are computed: as long as a claim is fresh, the log may be the one that is behind.
  const checkAgainAt = nextClaimedCheck(held, at, policy);
  if (checkAgainAt) return { ...advance, checkAgainAt };
  if (!held.claim) return advance;
  const last = lastQuestion(held, at, policy);
  return { ...advance, discrepancy: "claim_contradicted", ...(last && { checkAgainAt: last }) };
}

/** Whether two tellings agree. A sub-code that one side leaves out is no contradiction. */
export function sameResult(a: Result, b: Result): boolean {
  return a.passed === b.passed && (a.subCode === null || b.subCode === null || a.subCode === b.subCode);
}
