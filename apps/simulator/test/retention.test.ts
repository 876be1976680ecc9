import { expect, test } from "vitest";
import { setup } from "./setup.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

test("a session's whole life, from the first call to the last day of its result, takes no time", {
  timeout: 30_000,
}, async () => {
  const { open, complete, control, checkResult, call, timers } = setup();
  const advance = (ms: number) => control("POST", "/clock/advance", { ms });
  const codeOf = async (id: string) => (await checkResult(id)).body.Code;
  const statusOf = async (TransactionId: string) => {
    const { body } = await call("CheckVerifyLog", { MerchantBizId: "biz1", TransactionId });
    return body.Result?.VerifyStatus ?? body.Code;
  };

  const [finished, left, silent] = [await open(), await open(), await open()];
  await advance(10 * MINUTE);
  await complete(finished, "N", "205");
  await control("POST", `/transactions/${left}/abandon`, { page: "GUIDE" });
  await advance(20 * MINUTE);
  expect(await Promise.all([finished, left, silent].map(codeOf))).toEqual([
    "Success",
    "ProcessNotCompleted",
    "ProcessNotCompleted",
  ]);
  expect(await Promise.all([finished, left, silent].map(statusOf))).toEqual(["0", "1", "2"]);

  for (let day = 1; day < 30; day += 1) {
    await advance(DAY);
    expect(await codeOf(finished)).toBe("Success");
  }
  await advance(DAY);
  expect(await Promise.all([finished, left, silent].map(codeOf))).toEqual(Array(3).fill("TransactionIdInvalid"));
  expect(await Promise.all([finished, left, silent].map(statusOf))).toEqual(Array(3).fill("TransactionIdInvalid"));
  await timers.advance(0);
});
