import type { Discrepancy } from "./evidence.ts";

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
