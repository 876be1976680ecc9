import type { Discrepancy, VerificationSnapshot } from "./evidence.ts";
import type { Decision } from "./reconcile.ts";

/** How the provider answered Initialize, once and for all. */
export type InitializeEvidence = { kind: "initialized"; transactionId: string } | { kind: "refused" };

/**
 * What the answer to Initialize means. It may come after a callback that already named the transaction; the answer is the
 * provider's own word: an id that only a callback named gives way to it, and a different one is a discrepancy.
 */
export function reconcileInitialize(held: VerificationSnapshot, seen: InitializeEvidence): InitializeDecision {
  switch (held.status) {
    case "initializing":
      return seen.kind === "initialized"
        ? { kind: "advance", to: "awaiting", cause: "initialize_answered", adoptTransactionId: seen.transactionId }
        : { kind: "advance", to: "init_failed", cause: "initialize_refused" };
    case "awaiting":
    case "expired":
      // Another attempt has opened the session already; that this one was refused takes nothing away.
      if (seen.kind === "refused") return { kind: "ignore", reason: "repeat" };
      return sameTransaction(held, seen.transactionId);
    case "claimed":
    case "passed":
    case "failed":
      return sameTransaction(held, seen.kind === "initialized" ? seen.transactionId : null);
    case "init_failed":
    case "unresolvable":
    case "voided":
      return seen.kind === "initialized"
        ? { kind: "discrepancy", type: "result_after_end" }
        : { kind: "ignore", reason: "repeat" };
  }
}

const sameTransaction = (held: VerificationSnapshot, transactionId: string | null): InitializeDecision =>
  transactionId === held.transactionId
    ? { kind: "ignore", reason: "agrees" }
    : { kind: "discrepancy", type: "transaction_mismatch" };

type InitializeDecision =
  | Extract<Decision, { kind: "advance" | "ignore" }>
  | { kind: "discrepancy"; type: Discrepancy };
