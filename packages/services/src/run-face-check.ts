import {
  createVerification,
  type Db,
  findByMerchantBizId,
  findFaceCheck,
  isTransactionTaken,
  leaseVerification,
  type RaisedAlert,
  snapshotOf,
  type Verification,
} from "@verdict/db";
import { type FaceCheckDetails, reconcileFaceCheck } from "@verdict/domain";
import type {
  Answer,
  FaceDuplicationCheckAnswer,
  FaceDuplicationCheckRequest,
  ProviderClient,
} from "@verdict/provider";
import type { Alerting } from "./alerts-on-row.ts";
import { applyDecision, type RowDecision } from "./apply-decision.ts";
import { faceCheckRow, readFaceCheck } from "./ask-face-check.ts";
import type { DetailCipher } from "./detail-cipher.ts";
import { hashRequest, hashUser } from "./hashes.ts";
import { type Refusal, refusalOf } from "./refusal.ts";
import { detailsOfFaceCheck, sealDetails } from "./seal-details.ts";
import { settleRow } from "./settle-row.ts";

export type FaceCheckDeps = {
  db: Db;
  pepper: string;
  now: () => Date;
  newId: () => string;
  /** For what the answer tells of a person. Absent: it is not kept. */
  cipher?: DetailCipher;
  /** Hears of each alert once, when it is on record. */
  onAlert?: (alert: RaisedAlert) => void;
  /** Absent: rules as they ship, no route for tests. */
  alerting?: Alerting;
};

export type FaceCheckRequest = Omit<FaceDuplicationCheckRequest, "merchantBizId"> & {
  merchantBizId?: string | undefined;
};

/** Estimates about a person: the caller gets them with the answer; what is kept of them is encrypted. */
export type Estimates = { age: string | null; gender: string | null };

export type FaceCheckResult =
  | { outcome: "answered"; verification: Verification; details: FaceCheckDetails; estimates: Estimates }
  /** The same request was answered before, or its answer was lost before: this is the record. Nothing was paid. */
  | { outcome: "repeated"; verification: Verification; details: FaceCheckDetails | null }
  | { outcome: "conflict"; verificationId: string }
  | { outcome: "in_progress"; verificationId: string }
  /** `force` was asked for, but there is an answer already. */
  | { outcome: "already_answered"; verificationId: string }
  /** The provider may have carried it out and charged for it, but its answer never came. */
  | { outcome: "lost"; verification: Verification; answer: Refusal }
  | { outcome: "refused"; verification: Verification; answer: Refusal }
  /** Nothing happened at the provider. The same request may be made again. */
  | { outcome: "unavailable"; verificationId: string; answer: Refusal };

/** Longer than the call may take. */
const LEASE_MS = 45_000;

/** After so long an unanswered row counts as lost, should the process that asked have died. */
const SETTLE_AFTER_MS = 120_000;

/**
 * Runs a face check and records its answer. The row is committed before the provider is called. The call is billed and knows
 * no idempotency, so it is never repeated unless that is certain to cost nothing, or `force` says to pay again for a lost answer.
 */
export async function runFaceCheck(
  deps: FaceCheckDeps,
  route: { slug: string; provider: ProviderClient },
  request: FaceCheckRequest,
  { force = false } = {},
): Promise<FaceCheckResult> {
  const now = deps.now();
  const id = deps.newId();
  const requestHash = hashRequest(deps.pepper, request);
  const created = await createVerification(deps.db, {
    id,
    route: route.slug,
    product: "FACE_IDU_MIN",
    merchantBizId: request.merchantBizId ?? id.replaceAll("-", ""),
    merchantUserHash: hashUser(deps.pepper, request.merchantUserId),
    sceneCode: request.sceneCode ?? null,
    requestHash,
    createdAt: now,
    expiresAt: now,
    nextCheckAt: new Date(now.getTime() + SETTLE_AFTER_MS),
    askingUntil: new Date(now.getTime() + LEASE_MS),
  });
  if (created) return ask(deps, route.provider, created, request);

  const held = await findByMerchantBizId(deps.db, route.slug, request.merchantBizId ?? "");
  if (!held) throw new Error("The merchantBizId was taken and free at the same time.");
  if (held.requestHash !== requestHash) return { outcome: "conflict", verificationId: held.id };
  return again(deps, route.provider, held, request, force);
}

async function again(
  deps: FaceCheckDeps,
  provider: ProviderClient,
  held: Verification,
  request: FaceCheckRequest,
  force: boolean,
): Promise<FaceCheckResult> {
  // Only a call that is known to have done nothing gives its turn back before its time.
  const harmless = held.status === "initializing" && held.askingUntil === null;
  const paysAgain = held.status === "unresolvable" && force;
  if (harmless || paysAgain) {
    const now = deps.now();
    const leased = await leaseVerification(deps.db, held.id, now, new Date(now.getTime() + LEASE_MS));
    if (leased?.status !== held.status) return { outcome: "in_progress", verificationId: held.id };
    return ask(deps, provider, leased, request);
  }
  if (held.status === "initializing") return { outcome: "in_progress", verificationId: held.id };
  if (held.status === "init_failed") return { outcome: "refused", verification: held, answer: refusalOf(held) };
  if (force) return { outcome: "already_answered", verificationId: held.id };
  return { outcome: "repeated", verification: held, details: await findFaceCheck(deps.db, held.id) };
}

async function ask(
  deps: FaceCheckDeps,
  provider: ProviderClient,
  held: Verification,
  request: FaceCheckRequest,
): Promise<FaceCheckResult> {
  const { merchantBizId, merchantUserHash } = held;
  const askedAt = deps.now();
  const answer = await provider.faceDuplicationCheck({ ...request, merchantBizId, merchantUserId: merchantUserHash });
  const evidence = readFaceCheck(answer);
  const question = { id: deps.newId(), verificationId: held.id, merchantUserHash, askedAt, answeredAt: deps.now() };
  const told = answer.kind === "ok" && evidence?.kind === "verdict" ? detailsOfFaceCheck(answer.result) : [];
  const check = { ...faceCheckRow(answer, evidence, question), details: sealDetails(deps.cipher, held.id, told) };

  const settled = (answerKept: typeof answer) =>
    settleRow(deps, held, [check], (row, at): RowDecision => {
      const grounds = { at, actor: "api", receiptId: null, checkId: check.id, newId: deps.newId };
      const asked = { ...withAnswer(row, answerKept), checkedAt: at, checkCount: row.checkCount + 1 };
      if (!evidence) return { row: asked, transition: null, discrepancy: null };
      return applyDecision(asked, reconcileFaceCheck(snapshotOf(row), evidence), grounds);
    });
  const verification = await settled(answer).catch((error: unknown) => {
    if (!isTransactionTaken(error)) throw error;
    // An id given out twice is the provider's mistake; what was paid for is recorded without it.
    return settled(withoutTransaction(answer));
  });
  if (!verification) throw new Error(`The answer to face check ${held.id} could not be recorded.`);
  return tell(verification, answer, check.faceCheck, evidence?.kind ?? null);
}

/** The provider's transaction id or, when it did not answer the question, what it said instead. */
function withAnswer(row: Verification, answer: Answer<FaceDuplicationCheckAnswer>): Verification {
  if (answer.kind !== "ok") return { ...row, errorCode: answer.code, errorMessage: answer.message.slice(0, 500) };
  const transactionId = row.transactionId ?? answer.result.transactionId ?? null;
  return { ...row, errorCode: null, errorMessage: null, transactionId };
}

const withoutTransaction = (answer: Answer<FaceDuplicationCheckAnswer>): typeof answer =>
  answer.kind === "ok" ? { ...answer, result: { ...answer.result, transactionId: undefined } } : answer;

function tell(
  verification: Verification,
  answer: Answer<FaceDuplicationCheckAnswer>,
  details: FaceCheckDetails | null,
  kind: "verdict" | "lost" | "refused" | null,
): FaceCheckResult {
  if (kind === "verdict" && answer.kind === "ok" && details) {
    const estimates = { age: answer.result.faceAge ?? null, gender: answer.result.faceGender ?? null };
    return { outcome: "answered", verification, details, estimates };
  }
  if (kind === "lost") return { outcome: "lost", verification, answer };
  if (kind === null) return { outcome: "unavailable", verificationId: verification.id, answer };
  return { outcome: "refused", verification, answer };
}
