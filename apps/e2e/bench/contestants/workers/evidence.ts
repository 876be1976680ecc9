import { randomUUIDv7 } from "node:crypto";
import type { checks, events, receipts, transitions, verifications } from "@verdict/db/schema";
import { eventOnMove, receiptId } from "@verdict/domain";
import type { CallbackJob } from "../callback-job.ts";

/** The rows that a callback and the provider's answer to it leave, made alike for whoever writes them. */

export type Session = typeof verifications.$inferSelect;

/** The result that a CheckResult gives, and when. */
export type Answered = { Passed: string; SubCode: string; requestId: string; askedAt: Date };

/** Its position is for the database to tell. */
export type EventRow = Omit<typeof events.$inferInsert, "position">;

/** What is written when the callback is taken in. */
export function rowsOfClaim(session: Session, { transactionId, passed, subCode, receivedAt }: CallbackJob) {
  const claim = { passed: passed === "Y", subCode };
  const at = new Date();
  const receipt = {
    id: receiptId({ route: session.route, verificationId: session.id, transactionId, claim }),
    route: session.route,
    verificationId: session.id,
    transactionId,
    ...claim,
    keyId: "bench",
    late: false,
    sink: "queue",
    receivedAt: new Date(receivedAt),
  } satisfies typeof receipts.$inferInsert;
  const change = {
    status: "claimed",
    version: session.version + 1,
    claimPassed: claim.passed,
    claimSubCode: subCode,
    claimedAt: receipt.receivedAt,
    nextCheckAt: at,
    updatedAt: at,
  } satisfies Partial<Session>;
  const claimed: Session = { ...session, ...change };
  return { receipt, change, claimed, ...moveTo(session, claimed, { cause: "callback", receiptId: receipt.id }, at) };
}

/** What is written when the provider has confirmed it. */
export function rowsOfOutcome(claimed: Session, { Passed, SubCode, requestId, askedAt }: Answered) {
  const at = new Date();
  const passed = Passed === "Y";
  const check = {
    id: randomUUIDv7(),
    verificationId: claimed.id,
    transactionId: claimed.transactionId,
    operation: "CheckResult",
    kind: "verdict",
    passed,
    subCode: SubCode,
    code: "Success",
    httpStatus: 200,
    requestId,
    askedAt,
    answeredAt: at,
  } satisfies typeof checks.$inferInsert;
  const change = {
    status: passed ? "passed" : "failed",
    version: claimed.version + 1,
    passed,
    subCode: SubCode,
    outcomeSource: "check_result",
    confirmedAt: at,
    checkedAt: at,
    checkCount: claimed.checkCount + 1,
    nextCheckAt: null,
    updatedAt: at,
  } satisfies Partial<Session>;
  const ended: Session = { ...claimed, ...change };
  return { check, change, ...moveTo(claimed, ended, { cause: "check_result", checkId: check.id }, at) };
}

function moveTo(
  before: Session,
  after: Session,
  ground: { cause: string; receiptId?: string; checkId?: string },
  at: Date,
): { transition: typeof transitions.$inferInsert; event: EventRow } {
  const { id, version, status, route } = after;
  const type = eventOnMove(status);
  if (!type) throw new Error(`No event tells of ${status}.`);
  return {
    transition: { verificationId: id, version, from: before.status, to: status, ...ground, actor: "worker", at },
    event: {
      ...{ id: randomUUIDv7(), type, route, subjectId: id, version, verificationId: id, at },
      data: {
        status,
        product: after.product,
        merchantBizId: after.merchantBizId,
        sceneCode: after.sceneCode,
        transactionId: after.transactionId,
        cause: ground.cause,
        claim: { passed: after.claimPassed, subCode: after.claimSubCode },
        passed: after.passed,
        subCode: after.subCode,
        outcomeSource: after.outcomeSource,
        walkAway: after.walkAway,
        errorCode: after.errorCode,
      },
    },
  };
}
