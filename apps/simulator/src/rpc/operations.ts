import { success } from "./answers.ts";
import type { Operation } from "./call.ts";
import { checkResult } from "./check-result.ts";
import { checkVerifyLog } from "./check-verify-log.ts";
import { deleteFaceRecord } from "./delete-face-record.ts";
import { deleteVerifyResult } from "./delete-verify-result.ts";
import { faceDuplicationCheck } from "./face-duplication-check.ts";
import { initialize } from "./initialize.ts";

/** Takes no parameters; integrators call it to keep connections warm and as a health probe (provider notes, section 8). */
const keepalive: Operation = () => success({ Result: "SUCCESS" });

/** The operations this provider has, by their wire name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ["Initialize", initialize],
  ["CheckResult", checkResult],
  ["CheckVerifyLog", checkVerifyLog],
  ["DeleteFaceRecordV2", deleteFaceRecord],
  ["DeleteVerifyResult", deleteVerifyResult],
  ["FaceDuplicationCheckIntl", faceDuplicationCheck],
  ["KeepaliveIntl", keepalive],
]);
