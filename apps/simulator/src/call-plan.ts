import { between, draw } from "./draw.ts";
import type { FaultPlan } from "./fault-plan.ts";

/** Which call this is: the how-manieth of its operation on its transaction (0: none that is known). */
export type CallKey = { operation: string; transaction: number; ordinal: number };

type Broken = "InternalError" | "ServiceUnavailable";

/** What happens to one call besides its work, and how long its answer is held back. */
export type CallFault = { slowMs: number } & (
  | { kind: "none" }
  /** Refused before anything is done. */
  | { kind: "throttle" }
  | { kind: "error"; code: Broken }
  | { kind: "html" }
  /** The same as an error, but the HTTP status says that all is well. */
  | { kind: "okError"; code: Broken }
  /** The work is done, and its answer never comes. */
  | { kind: "hang" }
  /** The work is done, and its answer comes in small pieces. */
  | { kind: "slowBody" }
);

/** Used as a health probe, so it tells the truth about reachability under every plan. */
const SPARED = "KeepaliveIntl";

/** What the plan does to a call. Of several faults the first of throttle, error, html, okError, hang, slowBody wins. */
export function planCall(plan: FaultPlan, { operation, transaction, ordinal }: CallKey): CallFault {
  if (operation === SPARED) return { kind: "none", slowMs: 0 };
  const drawn = (fault: string) => draw(plan.seed, "call", operation, transaction, ordinal, fault);
  const hit = (fault: CallFault["kind"] & keyof FaultPlan["calls"]) => drawn(fault) < plan.calls[fault];

  const slowMs = between(plan.calls.slowMs, drawn("slow"));
  const code = drawn("which error") < 0.5 ? "InternalError" : "ServiceUnavailable";
  if (hit("throttle")) return { kind: "throttle", slowMs };
  if (hit("error")) return { kind: "error", code, slowMs };
  if (hit("html")) return { kind: "html", slowMs };
  if (hit("okError")) return { kind: "okError", code, slowMs };
  if (hit("hang")) return { kind: "hang", slowMs };
  return { kind: hit("slowBody") ? "slowBody" : "none", slowMs };
}

/** Whether a transaction, from its second result on, is told the opposite of what happened. */
export const contradicts = (plan: FaultPlan, transaction: number): boolean =>
  draw(plan.seed, "contradict", transaction) < plan.calls.contradict;
