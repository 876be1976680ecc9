import { expect, test } from "vitest";
import { type Simulator, setup } from "./setup.ts";

const TTL = 1_800_000;

type Step = (id: string, simulator: Simulator) => Promise<unknown>;

const nothing: Step = async () => {};
const started: Step = (id, { control }) => control("POST", `/transactions/${id}/start`);
const left: Step = (id, { control }) =>
  control("POST", `/transactions/${id}/abandon`, { page: "GUIDE", errorCode: 1016 });
const justLeft: Step = (id, { control }) => control("POST", `/transactions/${id}/abandon`);
const passed: Step = (id, { complete }) => complete(id);
const failed: Step = (id, { complete }) => complete(id, "N", "205");

const done = { VerifyStatus: "0", Passed: "Y", SubCode: "200", VerifyErrorCode: "1000" };

test.each<[string, Step, number, Record<string, unknown>]>([
  ["passed, before its time is over", passed, 0, done],
  ["passed", passed, TTL, done],
  ["failed", failed, TTL, { VerifyStatus: "0", Passed: "N", SubCode: "205", VerifyErrorCode: "1001" }],
  ["left", left, TTL, { VerifyStatus: "1", InterruptPageEn: "GUIDE", InterruptPage: "GUIDE", VerifyErrorCode: "1016" }],
  ["left without a word", justLeft, TTL, { VerifyStatus: "1", InterruptPageEn: "FACE", VerifyErrorCode: "1006" }],
  ["left, before the phone has sent its log", left, TTL - 1, { VerifyStatus: "2" }],
  ["started and then gone", started, TTL, { VerifyStatus: "1", VerifyErrorCode: "9999" }],
  ["never started", nothing, TTL, { VerifyStatus: "2" }],
  ["still open", nothing, 0, { VerifyStatus: "2" }],
])("a session that was %s", async (_name, step, ms, expected) => {
  const simulator = setup();
  const id = await simulator.open();
  await step(id, simulator);
  await simulator.control("POST", "/clock/advance", { ms });
  const { status, body } = await simulator.call(
    "CheckVerifyLog",
    { MerchantBizId: "biz1", TransactionId: id },
    { inBody: true },
  );
  expect(status).toBe(200);
  expect(body.Result).toMatchObject(expected);
  const known = ["VerifyStatus", "Passed", "SubCode", "VerifyErrorCode", "InterruptPageEn"];
  expect(
    Object.keys(body.Result ?? {})
      .filter((name) => known.includes(name))
      .sort(),
  ).toEqual(
    Object.keys(expected)
      .filter((name) => known.includes(name))
      .sort(),
  );
});

test("a session that is unknown, or whose log was deleted after 30 days, is invalid", async () => {
  const { call, open, control } = setup();
  const id = await open();
  await control("POST", "/clock/advance", { ms: TTL + 30 * 24 * 3_600_000 });
  for (const TransactionId of [id, "hksnothing"]) {
    const reply = await call("CheckVerifyLog", { MerchantBizId: "biz1", TransactionId });
    expect(reply).toMatchObject({ status: 400, body: { Code: "TransactionIdInvalid" } });
  }
});

test("a missing parameter is named", async () => {
  const { call } = setup();
  const reply = await call("CheckVerifyLog", { MerchantBizId: "biz1" });
  expect(reply).toMatchObject({
    status: 400,
    body: { Code: "MissingParameter", Message: expect.stringContaining("TransactionId") },
  });
});
