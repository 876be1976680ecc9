import type { NewCheck } from "@verdict/db";
import type { FaceCheckDetails, FaceCheckEvidence } from "@verdict/domain";
import { type Answer, type FaceDuplicationCheckAnswer, parseDuplicateFaces } from "@verdict/provider";

/** What an answer to a face check proves. Null: nothing happened at the provider, so it may simply be asked again. */
export function readFaceCheck(answer: Answer<FaceDuplicationCheckAnswer>): FaceCheckEvidence | null {
  switch (answer.kind) {
    case "ok": {
      const passed = readPassed(answer.result.facePassed);
      // A verdict nobody can read was paid for all the same.
      if (passed === null) return { kind: "lost" };
      return { kind: "verdict", result: { passed, subCode: answer.result.subCode || null } };
    }
    case "throttled":
      return null;
    case "transient":
      return answer.lost ? { kind: "lost" } : null;
    case "unknown":
      return answer.code === "UnexpectedAnswer" ? { kind: "lost" } : { kind: "refused" };
    case "pending":
    case "permanent":
    case "configuration":
      return { kind: "refused" };
  }
}

/** `Y` or `N`; seed 2 says `Yes` in one place. Null for anything else. */
function readPassed(text: string | undefined): boolean | null {
  if (text === "Y" || text === "Yes") return true;
  return text === "N" || text === "No" ? false : null;
}

/** Scores, similar faces and registration, as we keep them. Age and gender stay with the caller. */
export function readFaceCheckDetails(result: FaceDuplicationCheckAnswer, merchantUserHash: string): FaceCheckDetails {
  const duplicates = parseDuplicateFaces(result.duplicateFace).map((face) => ({
    faceGroupCode: face.faceGroupCode ?? null,
    faceId: face.faceId ?? null,
    own: face.merchantUserId === merchantUserHash,
  }));
  return {
    comparisonScore: score(result.faceComparisonScore),
    duplicates,
    onlyOwnRegistration: duplicates.length > 0 && duplicates.every((face) => face.own),
    registered: result.faceRegistrationResult === undefined ? null : result.faceRegistrationResult === "1",
    registrationId: result.faceRegistrationId ?? null,
    attack: result.faceAttack === undefined ? null : result.faceAttack === "Y",
    attackScore: score(result.faceAttackScore),
  };
}

function score(text: string | undefined): number | null {
  const value = Number(text);
  return text === undefined || text === "" || !Number.isFinite(value) ? null : value;
}

/** The row that keeps the question and its answer. */
export function faceCheckRow(
  answer: Answer<FaceDuplicationCheckAnswer>,
  evidence: FaceCheckEvidence | null,
  asked: { id: string; verificationId: string; merchantUserHash: string; askedAt: Date; answeredAt: Date },
): NewCheck {
  const { merchantUserHash, ...row } = asked;
  const verdict = evidence?.kind === "verdict" ? evidence.result : null;
  return {
    ...row,
    transactionId: answer.kind === "ok" ? (answer.result.transactionId ?? null) : null,
    operation: "FaceDuplicationCheckIntl",
    kind: evidence?.kind ?? "unavailable",
    passed: verdict?.passed ?? null,
    subCode: verdict?.subCode ?? null,
    walkAway: null,
    faceCheck: answer.kind === "ok" ? readFaceCheckDetails(answer.result, merchantUserHash) : null,
    code: answer.code,
    httpStatus: answer.httpStatus,
    requestId: answer.requestId,
  };
}
