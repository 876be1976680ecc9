import { CheckResultRequest } from "@verdict/provider";
import { contradicts } from "../call-plan.ts";
import { resultOf } from "../results.ts";
import { isDeletedAt, type Outcome, type Transaction } from "../transactions.ts";
import type { World } from "../world.ts";
import { refusal, success } from "./answers.ts";
import type { Operation } from "./call.ts";
import { readRequest } from "./parameters.ts";

/** `CheckResult` (provider notes, section 4.4). The business id is asked for but not compared. */
export const checkResult: Operation = (parameters, { world }) => {
  const read = readRequest(CheckResultRequest, parameters);
  if (read.kind === "refused") return read.answer;

  const held = world.transactions.find(read.request.transactionId);
  if (!held || isDeletedAt(held, world.clock.now())) {
    return refusal("TransactionIdInvalid", "The transaction id is unknown, or its result was deleted after 30 days.");
  }
  // Left unfinished, a session stays "not completed" for as long as it is known.
  if (held.written !== "completed" || !held.outcome) {
    return refusal("ProcessNotCompleted", "The user has not finished the verification.");
  }
  return success(nextResult(world, held, held.outcome, read.request.isReturnImage === "Y"));
};

function nextResult(world: World, held: Transaction, outcome: Outcome, images: boolean) {
  const lies = held.resultsGiven > 0 && contradicts(world.faults, held.ordinal);
  world.transactions.change(held.transactionId, ({ resultsGiven }) => ({ resultsGiven: resultsGiven + 1 }));
  return resultOf(held, outcome, { images, lies });
}
