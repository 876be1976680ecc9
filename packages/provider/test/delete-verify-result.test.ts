import { expect, test } from "vitest";
import { readAnswer } from "../src/answer.ts";
import { DeleteVerifyResultAnswer, DeleteVerifyResultRequest } from "../src/delete-verify-result.ts";

test("a deletion does not depend on an earlier query unless asked to", () => {
  expect(DeleteVerifyResultRequest.parse({ transactionId: "hks1", deleteType: "Img" })).toEqual({
    transactionId: "hks1",
    deleteAfterQuery: "N",
    deleteType: "Img",
  });
});

test.each<[Record<string, unknown>, boolean]>([
  [{ transactionId: "hks1", deleteType: "Text" }, true],
  [{ transactionId: "hks1", deleteType: "All", deleteAfterQuery: "Y" }, true],
  [{ transactionId: "hks1" }, false],
  [{ transactionId: "hks1", deleteType: "all" }, false],
  [{ transactionId: "hks1", deleteType: "All", deleteAfterQuery: "yes" }, false],
  [{ transactionId: "", deleteType: "All" }, false],
  [{ deleteType: "All" }, false],
])("%j is accepted: %s", (request, accepted) => {
  expect(DeleteVerifyResultRequest.safeParse(request).success).toBe(accepted);
});

const read = (body: unknown, httpStatus = 200) =>
  readAnswer(httpStatus, null, JSON.stringify(body), DeleteVerifyResultAnswer);

test.each(["Y", "N"])("an answer of %s is an answer", (DeleteResult) => {
  expect(read({ Code: "200", Result: { DeleteResult, TransactionId: "hks1" } })).toMatchObject({
    kind: "ok",
    result: { deleteResult: DeleteResult, transactionId: "hks1" },
  });
});

test("whether it was deleted may be left unsaid, but not said in riddles", () => {
  const silent = read({ Code: "200", Result: { DeleteResult: null } });
  expect(silent.kind === "ok" && silent.result.deleteResult === undefined).toBe(true);
  expect(read({ Code: "200", Result: { DeleteResult: true } })).toMatchObject({ code: "UnexpectedAnswer" });
  expect(read({ Code: "TransactionIdInvalid" }, 400)).toMatchObject({ kind: "permanent" });
});
