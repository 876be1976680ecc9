import { CheckResultRequest } from "@verdict/provider";
import type { Behaviour } from "../behaviour.ts";
import { contradicts } from "../call-plan.ts";
import { resultOf } from "../results.ts";
import { type Outcome, standingAt, type Transaction } from "../transactions.ts";
import type { World } from "../world.ts";
import { type RpcAnswer, refusal, success } from "./answers.ts";
import type { Operation } from "./call.ts";
import { invalidParameter, readRequest } from "./parameters.ts";

/** `CheckResult`: from where a session stands to the answer (provider notes, section 4.4). */
export const checkResult: Operation = (parameters, { world }) => {
  const read = readRequest(CheckResultRequest, parameters);
  if (read.kind === "refused") return read.answer;

  const { behaviour } = world;
  const { transactionId, merchantBizId, isReturnImage } = read.request;
  const held = world.transactions.find(transactionId);
  const now = world.clock.now();
  const isOther = behaviour.merchantBizIdCheck === "on" && held?.merchantBizId !== merchantBizId;
  if (!held || isOther || now < held.initializedAt + behaviour.visibleAfterMs) return unknownTransaction(behaviour);

  switch (standingAt(held, now)) {
    case "unfinished":
      return NOT_COMPLETED;
    case "lapsed":
      return behaviour.lapsedAnswer === "ProcessNotCompleted" ? NOT_COMPLETED : INVALID;
    case "computing":
      return behaviour.pendingAnswer === "P" ? success({ Passed: "P", ExtInfo: "{}" }) : NOT_COMPLETED;
    case "retired":
      return goneAs(behaviour.retiredAnswer, held.outcome);
    case "deleted":
      return goneAs(behaviour.deletedAnswer, held.outcome);
    case "ready":
      return held.outcome ? success(nextResult(world, held, held.outcome, isReturnImage === "Y")) : NOT_COMPLETED;
  }
};

const NOT_COMPLETED = refusal("ProcessNotCompleted", "The user has not finished the verification.");
const INVALID = refusal("TransactionIdInvalid", "The transaction id is unknown, or its result was deleted.");

/** Nobody knows the id, or it belongs to somebody else. */
export const unknownTransaction = ({ unknownAnswer }: Behaviour): RpcAnswer =>
  unknownAnswer === "InvalidParameter" ? invalidParameter("TransactionId", "it is unknown") : INVALID;

function goneAs(answer: Behaviour["retiredAnswer"], outcome: Outcome | null): RpcAnswer {
  switch (answer) {
    case "TransactionIdInvalid":
      return INVALID;
    case "ProcessNotCompleted":
      return NOT_COMPLETED;
    case "Bare":
      return outcome ? success({ Passed: outcome.passed, SubCode: outcome.subCode }) : NOT_COMPLETED;
  }
}

function nextResult(world: World, held: Transaction, outcome: Outcome, wanted: boolean) {
  const lies = held.resultsGiven > 0 && contradicts(world.faults, held.ordinal);
  world.transactions.change(held.transactionId, ({ resultsGiven }) => ({ resultsGiven: resultsGiven + 1 }));
  const images = wanted && !held.imagesDeleted;
  return resultOf(held, outcome, { images, lies, videoField: videoFieldOf(world, held, outcome) });
}

/** The video is deleted 30 minutes after the session ended, whatever becomes of the rest (provider notes, section 1). */
const VIDEO_KEPT_MS = 30 * 60_000;

function videoFieldOf({ behaviour, clock }: World, held: Transaction, outcome: Outcome): string | null {
  const kept = clock.now() < outcome.at + VIDEO_KEPT_MS && !held.imagesDeleted;
  return held.docVideo && kept ? behaviour.videoField : null;
}
