import { DeleteFaceRecordRequest } from "@verdict/provider";
import { success } from "./answers.ts";
import type { Operation } from "./call.ts";
import { readRequest } from "./parameters.ts";

/** `DeleteFaceRecordV2` (provider notes, section 7). That a name nobody knows gives `N` and no error is an assumption. */
export const deleteFaceRecord: Operation = (parameters, { world }) => {
  const read = readRequest(DeleteFaceRecordRequest, parameters);
  if (read.kind === "refused") return read.answer;
  const { merchantUserId, faceGroupCode } = read.request;
  const groups = world.groups.remove(merchantUserId, faceGroupCode);
  return success({ Deleted: groups.length > 0 ? "Y" : "N", DeletedGroupCodes: groups.join(",") }, "200");
};
