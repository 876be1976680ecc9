import { between, draw } from "./draw.ts";
import type { FaultPlan } from "./fault-plan.ts";

/** Which call this is: the how-manieth of its operation on its transaction (0: none that is known). */
export type CallKey = { operation: string; transaction: number; ordinal: number };

/** What happens to one call besides its work, and how long its answer is held back. */
export type CallFault = { slowMs: number } & (
  | { kind: "none" }
  /** Refused before anything is done. */
  | { kind: "throttle" }
  | { kind: "error"; code: "InternalError" | "ServiceUnavailable" }
  | { kind: "html" }
  /** The work is done, and its answer never comes. */
  | { kind: "hang" }
);

/** Used as a health probe, so it tells the truth about reachability under every plan. */
const SPARED = "KeepaliveIntl";

/** What the plan does to a call. When several faults hit it, the first of throttle, error, html, hang wins. */
export function planCall(plan: FaultPlan, { operation, transaction, ordinal }: CallKey): CallFault {
  if (operation === SPARED) return { kind: "none", slowMs: 0 };
  const drawn = (fault: string) => draw(plan.seed, "call", operation, transaction, ordinal, fault);
  const hit = (fault: "throttle" | "error" | "html" | "hang") => drawn(fault) < plan.calls[fault];

  const slowMs = between(plan.calls.slowMs, drawn("slow"));
  if (hit("throttle")) return { kind: "throttle", slowMs };
  if (hit("error")) {
    return { kind: "error", code: drawn("which error") < 0.5 ? "InternalError" : "ServiceUnavailable", slowMs };
  }
  if (hit("html")) return { kind: "html", slowMs };
  return { kind: hit("hang") ? "hang" : "none", slowMs };
}

/** Whether a transaction, from its second result on, is told the opposite of what happened. */
export const contradicts = (plan: FaultPlan, transaction: number): boolean =>
  draw(plan.seed, "contradict", transaction) < plan.calls.contradict;
