import { CheckVerifyLogRequest, toWireResult } from "@verdict/provider";
import { isReadyAt, isRetiredAt, type Transaction } from "../transactions.ts";
import { success } from "./answers.ts";
import type { Operation } from "./call.ts";
import { unknownTransaction } from "./check-result.ts";
import { readRequest } from "./parameters.ts";

/** `CheckVerifyLog`: why nothing came (provider notes, section 4.5). */
export const checkVerifyLog: Operation = (parameters, { world }) => {
  const read = readRequest(CheckVerifyLogRequest, parameters);
  if (read.kind === "refused") return read.answer;

  const held = world.transactions.find(read.request.transactionId);
  const now = world.clock.now();
  if (!held || isRetiredAt(held, now)) return unknownTransaction(world.behaviour);
  return success({ ...toWireResult(verifyLog(held, now)), LogInfo: [], LogStatisticsInfo: "{}", ExtInfo: "{}" });
};

/** The client's word for an app that was simply gone. */
const SUSPECTED_INTERRUPTION = "9999";

/**
 * What is known of the user's way. The phone uploads its log when the session has lapsed: until then, an unfinished session
 * looks as if it had never been started, and whoever asks too early learns the wrong reason.
 */
export function verifyLog(held: Transaction, now: number) {
  if (isReadyAt(held, now) && held.outcome) {
    const { passed, subCode } = held.outcome;
    return { verifyStatus: "0", passed, subCode, verifyErrorCode: passed === "Y" ? "1000" : "1001" };
  }
  if (now < held.expiresAt || held.written === "initialized") return { verifyStatus: "2" };
  const page = held.abandonment?.page;
  return {
    verifyStatus: "1",
    verifyErrorCode: held.abandonment?.errorCode ?? SUSPECTED_INTERRUPTION,
    interruptPage: page,
    interruptPageEn: page,
  };
}
