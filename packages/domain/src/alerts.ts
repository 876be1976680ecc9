import type { Breaker } from "./breaker.ts";
import type { Discrepancy, VerificationSnapshot } from "./evidence.ts";
import { type CheckPolicy, cliff, retentionEnd } from "./schedule.ts";
import { isOpen } from "./status.ts";

/** How urgent an alert is: `critical` may be an attack or a wrong decision somewhere, `warning` wants looking into. */
export type Severity = "critical" | "warning";

const SEVERITIES: Record<Discrepancy, Severity> = {
  // The token is in somebody else's hands, or the provider contradicts itself.
  mutated_replay: "critical",
  // Somebody may have acted on what the callback said.
  claim_contradicted: "critical",
  // An outcome that was told is no longer what the provider says.
  result_changed: "critical",
  // A genuine token used with another session's transaction.
  transaction_mismatch: "critical",
  unknown_transaction: "warning",
  result_after_end: "warning",
};

/** Which alert a discrepancy raises. Every one raises one, by a rule of its own name. */
export const alertOnDiscrepancy = (type: Discrepancy): { rule: string; severity: Severity } => ({
  rule: `discrepancy.${type}`,
  severity: SEVERITIES[type],
});

/** What an alert is raised with. `detail` is a line for people, without anything personal. */
export type AlertContent = { rule: string; severity: Severity; detail: string };

/** Which alert a breaker that has just moved raises. An outage ends by itself; a route that is refused needs somebody. */
export const alertOnBreaker = ({ state, code }: Breaker): AlertContent | null =>
  state === "parked"
    ? { rule: "route_parked", severity: "critical", detail: `The provider refuses every call of this route: ${code}` }
    : null;

/**
 * Which alert a verification raises whose result is still missing shortly before the provider deletes it: an open one, or an
 * expired one whose callback said that there is a result.
 */
export function alertOnCliff(held: VerificationSnapshot, now: Date, policy: CheckPolicy): AlertContent | null {
  const misses = isOpen(held.status) || (held.status === "expired" && held.claim !== null);
  const deletedAt = retentionEnd(held, policy);
  if (!misses || now < cliff(held, policy) || now >= deletedAt) return null;
  const day = deletedAt.toISOString().slice(0, 10);
  return {
    rule: "retention_cliff",
    severity: "critical",
    detail: `No result yet, and the provider deletes it on ${day}`,
  };
}
