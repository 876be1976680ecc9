import { type Settlement, snapshotOf, type Undecided, type Verification } from "@verdict/db";
import { reconcileCallback, type VerificationSnapshot } from "@verdict/domain";
import { type Alerting, alertsOnRow, DEFAULT_ALERTING } from "./alerts-on-row.ts";
import { applyDecision, changeBetween, discrepancyOf } from "./apply-decision.ts";

/** Folds receipts into their verifications, in the order they came. Pure. */
export function decideReceipts(
  undecided: readonly Undecided[],
  {
    now,
    actor,
    newId,
    alerting = DEFAULT_ALERTING,
  }: { now: Date; actor: string; newId: () => string; alerting?: Alerting | undefined },
): Settlement {
  const loaded = new Map<string, Verification>();
  const current = new Map<string, Verification>();
  const transitions = [];
  const discrepancies = [];
  for (const { receipt, verification, transactionTaken } of undecided) {
    if (verification && !loaded.has(verification.id)) loaded.set(verification.id, verification);
    const held = verification && (current.get(verification.id) ?? verification);
    const claim = { passed: receipt.passed, subCode: receipt.subCode };
    const evidence = {
      kind: "callback",
      transactionId: receipt.transactionId,
      transactionTaken,
      claim,
      at: now,
    } as const;
    const decision = reconcileCallback(held && snapshotOf(held), evidence);
    const grounds = { at: now, actor, receiptId: receipt.id, checkId: null, newId };
    if (!held) {
      if (decision.kind !== "discrepancy") continue;
      const named = { id: receipt.verificationId, route: receipt.route };
      discrepancies.push(discrepancyOf(named, decision.type, grounds));
      continue;
    }
    const applied = applyDecision(held, decision, grounds);
    const row = takesClaim(snapshotOf(held), receipt) ? withClaim(applied.row, receipt, now) : applied.row;
    current.set(held.id, row);
    if (applied.transition) transitions.push(applied.transition);
    if (applied.discrepancy) discrepancies.push(applied.discrepancy);
  }
  const folded = [...current].flatMap(([id, row]) => {
    const before = loaded.get(id);
    return before ? [{ before, row }] : [];
  });
  const changes = folded.flatMap(({ before, row }) => changeBetween(before, row) ?? []);
  const told = folded.map(({ before, row }) => alertsOnRow(before, row, { at: now, newId, alerting }));
  const receipts = undecided.map(({ receipt, verification }) => ({
    receiptId: receipt.id,
    verificationId: verification?.id ?? receipt.verificationId,
  }));
  const alerts = told.flatMap((one) => one.alerts);
  return { changes, transitions, discrepancies, checks: [], alerts, receipts };
}

/** The first callback about the right transaction is what the record shows as its claim. */
const takesClaim = (held: VerificationSnapshot, receipt: Undecided["receipt"]): boolean =>
  held.claim === null && (held.transactionId === null || held.transactionId === receipt.transactionId);

/** A new claim makes the question to the provider due at once, as long as the outcome is open to change. */
function withClaim(row: Verification, receipt: Undecided["receipt"], now: Date): Verification {
  const asks = row.status === "claimed" || row.status === "expired";
  return {
    ...row,
    claimPassed: receipt.passed,
    claimSubCode: receipt.subCode,
    claimedAt: receipt.receivedAt,
    ...(asks && { nextCheckAt: now }),
  };
}
