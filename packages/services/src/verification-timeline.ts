import { type Db, loadEvidence, type Verification } from "@verdict/db";

/** Everything on record about a verification, in order: receipts, checks, transitions, discrepancies. */
export async function verificationTimeline(db: Db, verification: Verification) {
  const evidence = await loadEvidence(db, verification);
  const receipts = evidence.receipts.map((receipt) => ({
    type: "receipt" as const,
    at: receipt.receivedAt.toISOString(),
    id: receipt.id,
    transactionId: receipt.transactionId,
    passed: receipt.passed,
    subCode: receipt.subCode,
    copies: receipt.copies,
    late: receipt.late,
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
  // Evidence before what it caused: a sort is stable, so at equal times this order stands.
  return [...receipts, ...checks, ...transitions, ...discrepancies].sort((a, b) => a.at.localeCompare(b.at));
}
