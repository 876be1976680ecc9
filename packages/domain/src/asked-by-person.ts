import type { VerificationSnapshot } from "./evidence.ts";
import type { Cause } from "./reconcile.ts";
import { type CheckPolicy, retentionEnd } from "./schedule.ts";
import { canMove } from "./status.ts";

/** Why there is nothing to ask the provider about. */
export type RecheckRefusal = "erased" | "answered_at_once" | "no_transaction" | "result_deleted";

export type RecheckDecision = { kind: "check_at"; at: Date } | { kind: "refused"; why: RecheckRefusal };

/**
 * What it means that a person wants the provider asked once more. One that has ended may be asked about, too: the answer then
 * moves `expired`, and raises a discrepancy for everything else that it contradicts.
 */
export function decideRecheck(
  held: VerificationSnapshot,
  { erased, now, policy }: { erased: boolean; now: Date; policy: CheckPolicy },
): RecheckDecision {
  if (erased) return { kind: "refused", why: "erased" };
  if (held.product === "FACE_IDU_MIN") return { kind: "refused", why: "answered_at_once" };
  if (held.transactionId === null) return { kind: "refused", why: "no_transaction" };
  if (now >= retentionEnd(held, policy)) return { kind: "refused", why: "result_deleted" };
  return { kind: "check_at", at: now };
}

export type VoidRefusal = "already_voided" | "already_ended";

export type VoidDecision =
  | { kind: "advance"; to: "voided"; cause: Extract<Cause, "person"> }
  | { kind: "refused"; why: VoidRefusal };

/** What it means that a person declares a verification void. The table of moves allows it as long as we still owe an outcome. */
export function decideVoid({ status }: Pick<VerificationSnapshot, "status">): VoidDecision {
  if (status === "voided") return { kind: "refused", why: "already_voided" };
  if (!canMove(status, "voided")) return { kind: "refused", why: "already_ended" };
  return { kind: "advance", to: "voided", cause: "person" };
}
