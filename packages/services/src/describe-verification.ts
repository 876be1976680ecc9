import { snapshotOf, type Verification } from "@verdict/db";
import { because, explain, isTerminal } from "@verdict/domain";

/** A verification as the API shows it: what is known, why, and what happens next. Times are ISO 8601 in UTC. */
export function describeVerification(row: Verification) {
  const { claim, result } = snapshotOf(row);
  const explainable = { ...row, claim, result };
  return {
    id: row.id,
    route: row.route,
    product: row.product,
    status: row.status,
    passed: row.passed,
    subCode: row.subCode,
    explanation: explain(explainable),
    because: because(explainable).map((one) => ({ ...one, at: one.at?.toISOString() ?? null })),
    merchantBizId: row.merchantBizId,
    sceneCode: row.sceneCode,
    transactionId: row.transactionId,
    claim: claim && { ...claim, receivedAt: row.claimedAt?.toISOString() ?? null },
    outcome:
      isTerminal(row.status) && row.outcomeSource
        ? { source: row.outcomeSource, confirmedAt: row.confirmedAt?.toISOString() ?? null }
        : null,
    walkAway: row.walkAway,
    error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage },
    checkCount: row.checkCount,
    checkedAt: row.checkedAt?.toISOString() ?? null,
    nextCheckAt: row.nextCheckAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    version: row.version,
  };
}

export type VerificationView = ReturnType<typeof describeVerification>;
