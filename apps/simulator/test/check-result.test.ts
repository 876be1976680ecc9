import { expect, test } from "vitest";
import { OCR, type Simulator, setup } from "./setup.ts";

const DAY = 24 * 3_600_000;

const steps = {
  open: async () => {},
  started: (id: string, { control }: Simulator) => control("POST", `/transactions/${id}/start`),
  abandoned: (id: string, { control }: Simulator) => control("POST", `/transactions/${id}/abandon`, {}),
  lapsed: (_id: string, { control }: Simulator) => control("POST", "/clock/advance", { ms: 1_800_000 }),
  "lapsed a year ago": (_id: string, { control }: Simulator) => control("POST", "/clock/advance", { ms: 365 * DAY }),
};

test.each([
  ["open", "ProcessNotCompleted"],
  ["started", "ProcessNotCompleted"],
  ["abandoned", "ProcessNotCompleted"],
  ["lapsed", "ProcessNotCompleted"],
] as const)("a session that is %s has no result yet", async (state, code) => {
  const simulator = setup();
  const id = await simulator.open();
  await steps[state](id, simulator);
  const reply = await simulator.checkResult(id);
  expect(reply).toMatchObject({ status: 404, body: { Code: code } });
  expect(reply.body).not.toHaveProperty("Result");
});

test("a session nobody opened has no result either", async () => {
  const { checkResult } = setup();
  expect(await checkResult("hksnothing")).toMatchObject({ status: 400, body: { Code: "TransactionIdInvalid" } });
});

test.each([
  [{ MerchantBizId: "biz1" }, "MissingParameter", "TransactionId"],
  [{ TransactionId: "x" }, "MissingParameter", "MerchantBizId"],
  [{ MerchantBizId: "a-b", TransactionId: "x" }, "InvalidParameter", "MerchantBizId"],
  [{ MerchantBizId: "biz1", TransactionId: "x", IsReturnImage: "yes" }, "InvalidParameter", "IsReturnImage"],
])("%j is refused as %s of %s", async (parameters, code, named) => {
  const { call } = setup();
  const reply = await call("CheckResult", parameters);
  expect(reply).toMatchObject({ status: 400, body: { Code: code, Message: expect.stringContaining(named) } });
});

test.each([
  ["Y", "200", { facePassed: "Y", faceAttack: "N", faceComparisonScore: 99.5 }],
  ["N", "204", { facePassed: "N", faceAttack: "N", faceComparisonScore: 12.5 }],
  ["N", "205", { facePassed: "N", faceAttack: "Y" }],
  ["N", "206", { facePassed: "N", faceAttack: "N" }],
])("a finished face check says %s %s, with records that fit", async (passed, subCode, face) => {
  const { open, complete, checkResult } = setup();
  const id = await open();
  await complete(id, passed, subCode);
  const { status, body } = await checkResult(id);
  expect(status).toBe(200);
  expect(body).toMatchObject({ Code: "Success", Result: { Passed: passed, SubCode: subCode, ExtInfo: "{}" } });
  const info = JSON.parse(String(body.Result?.ExtFaceInfo));
  expect(info).toMatchObject(face);
  expect("faceComparisonScore" in info).toBe("faceComparisonScore" in face);
  expect(body.Result).not.toHaveProperty("ExtIdInfo");
});

test("a finished document check carries the fields of its document, all of them made up", async () => {
  const { open, complete, checkResult } = setup();
  const id = await open({ ...OCR, IdSpoof: "Y", FacePictureUrl: undefined });
  await complete(id, "N", "205");
  const { body } = await checkResult(id);
  const info = JSON.parse(String(body.Result?.ExtIdInfo));
  expect(info).toMatchObject({
    ocrIdPassed: "N",
    ocrIdInfo: { surname: "SPECIMEN", passportNo: "SIMULATED-0000", birthDate: "1900-01-01" },
    spoofInfo: { spoofResult: "Y", spoofType: ["SCREEN_REMARK"] },
  });
  expect(body.Result).not.toHaveProperty("ExtFaceInfo");
});

test("pictures come only when they are asked for and the step has passed", async () => {
  const { open, complete, call } = setup();
  const pictureOf = async (id: string, IsReturnImage: string) => {
    const { body } = await call("CheckResult", { MerchantBizId: "biz1", TransactionId: id, IsReturnImage });
    return JSON.parse(String(body.Result?.ExtFaceInfo)).faceImg;
  };
  const [passed, failed] = [await open(), await open()];
  await complete(passed);
  await complete(failed, "N", "204");
  expect(await pictureOf(passed, "Y")).toBeTypeOf("string");
  expect(await pictureOf(passed, "N")).toBeUndefined();
  expect(await pictureOf(failed, "Y")).toBeUndefined();
});

test("what a test adds to the result is laid over it", async () => {
  const { open, control, checkResult } = setup();
  const id = await open();
  const result = { Passed: "P", ExtRiskInfo: '{"score":1}' };
  await control("POST", `/transactions/${id}/complete`, { passed: "Y", subCode: 200, result });
  expect((await checkResult(id)).body.Result).toMatchObject({
    Passed: "P",
    SubCode: "200",
    ExtRiskInfo: '{"score":1}',
  });
});

test("a result can be asked for again until it is deleted, 30 days after the user finished", async () => {
  const { open, complete, checkResult, control } = setup();
  const id = await open();
  await complete(id);
  const first = await checkResult(id);
  expect((await checkResult(id)).body.Result).toEqual(first.body.Result);

  await control("POST", "/clock/advance", { ms: 30 * DAY - 1 });
  expect((await checkResult(id)).status).toBe(200);
  await control("POST", "/clock/advance", { ms: 1 });
  expect(await checkResult(id)).toMatchObject({ status: 400, body: { Code: "TransactionIdInvalid" } });
});
