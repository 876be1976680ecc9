import { DeleteVerifyResultRequest } from "@verdict/provider";
import { isReadyAt, isRetiredAt } from "../transactions.ts";
import { success } from "./answers.ts";
import type { Operation } from "./call.ts";
import { unknownTransaction } from "./check-result.ts";
import { readRequest } from "./parameters.ts";

/**
 * `DeleteVerifyResult` (provider notes, section 8). `DeleteResult` is `N`, which is no error, for a product it does not serve,
 * for a session without a result, and after `DeleteAfterQuery=Y` while nobody has fetched the result.
 */
export const deleteVerifyResult: Operation = (parameters, { world }) => {
  const read = readRequest(DeleteVerifyResultRequest, parameters);
  if (read.kind === "refused") return read.answer;

  const { transactionId, deleteAfterQuery, deleteType } = read.request;
  const held = world.transactions.find(transactionId);
  const now = world.clock.now();
  if (!held || isRetiredAt(held, now)) return unknownTransaction(world.behaviour);

  const served = world.behaviour.deletableProducts.includes(held.product);
  const asked = deleteAfterQuery === "N" || held.resultsGiven > 0;
  const deleted = served && asked && isReadyAt(held, now);
  if (deleted) {
    world.transactions.change(transactionId, ({ imagesDeleted, textDeleted }) => ({
      imagesDeleted: imagesDeleted || deleteType !== "Text",
      textDeleted: textDeleted || deleteType !== "Img",
    }));
  }
  return success({ DeleteResult: deleted ? "Y" : "N", TransactionId: transactionId }, "200");
};
