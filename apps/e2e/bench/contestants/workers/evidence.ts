import { randomUUIDv7 } from "node:crypto";
import { receiptId } from "@verdict/domain";
import type { CallbackJob } from "../callback-job.ts";
import type { checks, events, receipts, transitions, verifications } from "./evidence-tables.ts";

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
    verification_id: session.id,
    transaction_id: transactionId,
    passed: claim.passed,
    sub_code: subCode,
    key_id: "bench",
    late: false,
    sink: "queue",
    received_at: new Date(receivedAt),
  } satisfies typeof receipts.$inferInsert;
  const change = {
    status: "claimed",
    version: session.version + 1,
    claim_passed: claim.passed,
    claim_sub_code: subCode,
    claimed_at: receipt.received_at,
    next_check_at: at,
    updated_at: at,
  };
  const claimed: Session = { ...session, ...change };
  return { receipt, change, claimed, ...moveTo(session, claimed, { cause: "callback", receipt_id: receipt.id }, at) };
}

/** What is written when the provider has confirmed it. */
export function rowsOfOutcome(claimed: Session, { Passed, SubCode, requestId, askedAt }: Answered) {
  const at = new Date();
  const passed = Passed === "Y";
  const check = {
    id: randomUUIDv7(),
    verification_id: claimed.id,
    transaction_id: claimed.transaction_id,
    operation: "CheckResult",
    kind: "verdict",
    passed,
    sub_code: SubCode,
    code: "Success",
    http_status: 200,
    request_id: requestId,
    asked_at: askedAt,
    answered_at: at,
  } satisfies typeof checks.$inferInsert;
  const change = {
    status: passed ? "passed" : "failed",
    version: claimed.version + 1,
    passed,
    sub_code: SubCode,
    outcome_source: "check_result",
    confirmed_at: at,
    checked_at: at,
    check_count: claimed.check_count + 1,
    next_check_at: null,
    updated_at: at,
  };
  const ended: Session = { ...claimed, ...change };
  return { check, change, ...moveTo(claimed, ended, { cause: "check_result", check_id: check.id }, at) };
}

function moveTo(
  before: Session,
  after: Session,
  ground: { cause: string; receipt_id?: string; check_id?: string },
  at: Date,
): { transition: typeof transitions.$inferInsert; event: EventRow } {
  const transition = {
    verification_id: after.id,
    version: after.version,
    from_status: before.status,
    to_status: after.status,
    receipt_id: null,
    check_id: null,
    ...ground,
    actor: "worker",
    at,
  };
  const event = {
    id: randomUUIDv7(),
    type: `verification.${after.status}`,
    route: after.route,
    subject_id: after.id,
    version: after.version,
    verification_id: after.id,
    at,
    data: {
      status: after.status,
      product: after.product,
      merchantBizId: after.merchant_biz_id,
      sceneCode: after.scene_code,
      transactionId: after.transaction_id,
      cause: ground.cause,
      claim: { passed: after.claim_passed, subCode: after.claim_sub_code },
      passed: after.passed,
      subCode: after.sub_code,
      outcomeSource: after.outcome_source,
      walkAway: null,
      errorCode: null,
    },
  };
  return { transition, event };
}
