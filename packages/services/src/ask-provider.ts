import type { NewCheck } from "@verdict/db";
import type { CallEnding, CheckEvidence, PersonalDetail, WalkAway } from "@verdict/domain";
import type { Answer, CheckResultAnswer, CheckVerifyLogAnswer, ProviderClient } from "@verdict/provider";
import { detailsOfResult } from "./seal-details.ts";

/** One question to the provider: its row, and what it proves. Evidence is null when the provider did not answer it. */
export type Asked = {
  check: Omit<NewCheck, "id" | "verificationId" | "transactionId" | "details">;
  /** What it told of a person, in the clear. Goes nowhere but through a cipher. */
  details: PersonalDetail[];
  evidence: CheckEvidence | null;
  /** What it says about the calls to come. */
  ending: CallEnding;
};

type Session = { merchantBizId: string; transactionId: string };

export async function askCheckResult(client: ProviderClient, session: Session, now: () => Date): Promise<Asked> {
  const askedAt = now();
  const answer = await client.checkResult(session);
  const at = now();
  const evidence = readCheckResult(answer, at);
  const details = answer.kind === "ok" && evidence?.kind === "verdict" ? detailsOfResult(answer.result) : [];
  return { ...asked("CheckResult", answer, askedAt, at, evidence), details };
}

export async function askVerifyLog(client: ProviderClient, session: Session, now: () => Date): Promise<Asked> {
  const askedAt = now();
  const answer = await client.checkVerifyLog(session);
  const at = now();
  return asked("CheckVerifyLog", answer, askedAt, at, readVerifyLog(answer, at));
}

/** Only exactly `Y` and `N` are a verdict; anything else is not final (provider notes, section 4.2). */
function readCheckResult(answer: Answer<CheckResultAnswer>, at: Date): CheckEvidence | null {
  if (answer.kind === "pending") return { kind: "pending", at };
  if (answer.kind === "permanent" && answer.code === "TransactionIdInvalid") return { kind: "gone", at };
  if (answer.kind !== "ok") return null;
  const { passed, subCode } = answer.result;
  if (passed !== "Y" && passed !== "N") return { kind: "pending", at };
  return { kind: "verdict", result: { passed: passed === "Y", subCode: subCode || null }, at };
}

/** A log that is refused still ends the session: that there is no result is known already, only the reason stays unknown. */
function readVerifyLog(answer: Answer<CheckVerifyLogAnswer>, at: Date): CheckEvidence | null {
  if (answer.kind === "ok") return { kind: "log", walkAway: readWalkAway(answer.result), at };
  if (answer.kind === "throttled" || answer.kind === "transient") return null;
  return { kind: "log", walkAway: { progress: "unknown", errorCode: null, page: null }, at };
}

const PROGRESS: Readonly<Record<string, WalkAway["progress"]>> = {
  "0": "finished",
  "1": "interrupted",
  "2": "not_started",
};

const readWalkAway = (log: CheckVerifyLogAnswer): WalkAway => ({
  progress: PROGRESS[log.verifyStatus ?? ""] ?? "unknown",
  errorCode: log.verifyErrorCode || null,
  page: log.interruptPageEn || log.interruptPage || null,
});

function asked(
  operation: NewCheck["operation"],
  answer: Answer<unknown>,
  askedAt: Date,
  answeredAt: Date,
  evidence: CheckEvidence | null,
): Asked {
  return {
    check: {
      operation,
      kind: evidence?.kind ?? (answer.kind === "throttled" || answer.kind === "transient" ? "unavailable" : "refused"),
      passed: evidence?.kind === "verdict" ? evidence.result.passed : null,
      subCode: evidence?.kind === "verdict" ? evidence.result.subCode : null,
      walkAway: evidence?.kind === "log" ? evidence.walkAway : null,
      faceCheck: null,
      code: answer.code,
      httpStatus: answer.httpStatus,
      requestId: answer.requestId,
      askedAt,
      answeredAt,
    },
    details: [],
    evidence,
    ending: endingOf(answer),
  };
}

function endingOf(answer: Answer<unknown>): CallEnding {
  const { code } = answer;
  switch (answer.kind) {
    case "throttled":
      return { kind: "throttled", code, retryAfterMs: answer.retryAfterMs };
    case "transient":
      return { kind: "unavailable", code };
    case "configuration":
      return { kind: "misconfigured", code };
    default:
      return { kind: "answered" };
  }
}
