import type { Discrepancy, VerificationSnapshot } from "./evidence.ts";
import type { Decision } from "./reconcile.ts";

/** How the provider answered Initialize, once and for all. */
export type InitializeEvidence = { kind: "initialized"; transactionId: string } | { kind: "refused" };

/**
 * What the answer to Initialize means. It may come after a callback that already named the transaction; the answer is the
 * provider's own word, so its id stands and a different one is a discrepancy.
 */
export function reconcileInitialize(held: VerificationSnapshot, seen: InitializeEvidence): InitializeDecision {
  switch (held.status) {
    case "initializing":
      return seen.kind === "initialized"
        ? { kind: "advance", to: "awaiting", cause: "initialize_answered", adoptTransactionId: seen.transactionId }
        : { kind: "advance", to: "init_failed", cause: "initialize_refused" };
    case "claimed":
    case "passed":
    case "failed":
      return seen.kind === "initialized" && seen.transactionId === held.transactionId
        ? { kind: "ignore", reason: "agrees" }
        : { kind: "discrepancy", type: "transaction_mismatch" };
    case "awaiting":
    case "expired":
      return { kind: "ignore", reason: "repeat" };
    case "init_failed":
    case "unresolvable":
    case "voided":
      return seen.kind === "initialized"
        ? { kind: "discrepancy", type: "result_after_end" }
        : { kind: "ignore", reason: "repeat" };
  }
}

type InitializeDecision =
  | Extract<Decision, { kind: "advance" | "ignore" }>
  | { kind: "discrepancy"; type: Discrepancy };
