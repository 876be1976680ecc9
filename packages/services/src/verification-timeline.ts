import { type Db, loadEvidence, type Receipt, type Verification } from "@verdict/db";

/** Everything on record about a verification, in order: what people did to it, receipts, checks, transitions, discrepancies, alerts. */
export async function verificationTimeline(db: Db, verification: Verification) {
  const evidence = await loadEvidence(db, verification);
  const outran = new Set(
    evidence.transitions.filter(({ from }) => from === "initializing").map((move) => move.receiptId),
  );
  const actions = evidence.actions.map((action) => ({
    type: "action" as const,
    at: action.at.toISOString(),
    id: action.id,
    action: action.action,
    actor: action.actor,
    reason: action.reason,
  }));
  const receipts = evidence.receipts.map((receipt) => ({
    type: "receipt" as const,
    at: receipt.receivedAt.toISOString(),
    id: receipt.id,
    transactionId: receipt.transactionId,
    passed: receipt.passed,
    subCode: receipt.subCode,
    copies: receipt.copies,
    late: receipt.late,
    timing: timingOf(receipt, outran.has(receipt.id)),
    sink: receipt.sink,
  }));
  const checks = evidence.checks.map((check) => ({
    type: "check" as const,
    at: check.answeredAt.toISOString(),
    id: check.id,
    operation: check.operation,
    transactionId: check.transactionId,
    kind: check.kind,
    passed: check.passed,
    subCode: check.subCode,
    walkAway: check.walkAway,
    faceCheck: check.faceCheck,
    code: check.code,
    httpStatus: check.httpStatus,
    requestId: check.requestId,
    askedAt: check.askedAt.toISOString(),
  }));
  const transitions = evidence.transitions.map((transition) => ({
    type: "transition" as const,
    at: transition.at.toISOString(),
    version: transition.version,
    from: transition.from,
    to: transition.to,
    cause: transition.cause,
    receiptId: transition.receiptId,
    checkId: transition.checkId,
    actor: transition.actor,
  }));
  const discrepancies = evidence.discrepancies.map((discrepancy) => ({
    type: "discrepancy" as const,
    at: discrepancy.openedAt.toISOString(),
    id: discrepancy.id,
    discrepancy: discrepancy.type,
    receiptId: discrepancy.receiptId,
    checkId: discrepancy.checkId,
    closedAt: discrepancy.closedAt?.toISOString() ?? null,
  }));
  const alerts = evidence.alerts.map((alert) => ({
    type: "alert" as const,
    at: alert.openedAt.toISOString(),
    id: alert.id,
    rule: alert.rule,
    severity: alert.severity,
    status: alert.status,
    discrepancyId: alert.discrepancyId,
    acknowledgedAt: alert.acknowledgedAt?.toISOString() ?? null,
    resolvedAt: alert.resolvedAt?.toISOString() ?? null,
  }));
  // Evidence before what it caused: a sort is stable, so at equal times this order stands.
  const entries = [...actions, ...receipts, ...checks, ...transitions, ...discrepancies, ...alerts];
  return entries.sort((a, b) => a.at.localeCompare(b.at));
}

/** Early: it outran the answer to Initialize. That follows from the move it caused; clocks do not tell. */
const timingOf = ({ late }: Pick<Receipt, "late">, early: boolean): "early" | "in_time" | "late" =>
  early ? "early" : late ? "late" : "in_time";
