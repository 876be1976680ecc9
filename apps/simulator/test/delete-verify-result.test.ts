import { expect, test } from "vitest";
import { OCR, type Parameters, type Simulator, setup } from "./setup.ts";

const DAY = 24 * 3_600_000;

async function finished(simulator: Simulator, parameters: Parameters = {}): Promise<string> {
  const id = await simulator.open(parameters);
  await simulator.complete(id);
  return id;
}

const remove = async ({ call }: Simulator, TransactionId: string, change: Parameters = {}) =>
  (await call("DeleteVerifyResult", { TransactionId, DeleteAfterQuery: "N", DeleteType: "All", ...change })).body;

const imageOf = async ({ call }: Simulator, TransactionId: string) => {
  const { body } = await call("CheckResult", { MerchantBizId: "biz1", TransactionId, IsReturnImage: "Y" });
  return JSON.parse(String(body.Result?.ExtFaceInfo ?? "{}")).faceImg;
};

test.each(["Text", "All"])("a result whose %s was deleted is gone", async (DeleteType) => {
  const simulator = setup();
  const id = await finished(simulator);
  const deletion = await remove(simulator, id, { DeleteType });
  expect(deletion).toMatchObject({ Code: "200", Result: { DeleteResult: "Y", TransactionId: id } });
  expect((await simulator.checkResult(id)).body.Code).toBe("TransactionIdInvalid");
  expect((await simulator.call("CheckVerifyLog", { MerchantBizId: "biz1", TransactionId: id })).status).toBe(200);
});

test("without its pictures, a result keeps its verdict", async () => {
  const simulator = setup();
  const id = await finished(simulator);
  expect(await imageOf(simulator, id)).toBeTypeOf("string");
  expect((await remove(simulator, id, { DeleteType: "Img" })).Result?.DeleteResult).toBe("Y");
  expect(await imageOf(simulator, id)).toBeUndefined();
  expect((await simulator.checkResult(id)).body.Result).toMatchObject({ Passed: "Y", SubCode: "200" });
});

test("DeleteAfterQuery=Y deletes nothing that nobody has fetched", async () => {
  const simulator = setup();
  const id = await finished(simulator);
  const afterQuery = () => remove(simulator, id, { DeleteAfterQuery: "Y" });
  expect(await afterQuery()).toMatchObject({ Code: "200", Result: { DeleteResult: "N" } });
  await simulator.checkResult(id);
  expect((await afterQuery()).Result?.DeleteResult).toBe("Y");
});

test("what is not finished, or of a product that is not served, is not deleted", async () => {
  const simulator = setup({ settings: { behaviour: { deletableProducts: ["FACE_VERIFY"] } } });
  const document = await finished(simulator, { ...OCR, FacePictureUrl: undefined });
  for (const id of [await simulator.open(), document]) {
    expect((await remove(simulator, id)).Result?.DeleteResult).toBe("N");
  }
});

test("an id that is unknown, or past its 30 days, is invalid, and a type must be named", async () => {
  const simulator = setup();
  const id = await finished(simulator);
  expect((await remove(simulator, id, { DeleteType: undefined })).Code).toBe("MissingParameter");
  expect((await remove(simulator, id, { DeleteType: "Everything" })).Code).toBe("InvalidParameter");
  await simulator.control("POST", "/clock/advance", { ms: 30 * DAY });
  for (const one of [id, "hksunknown"]) expect((await remove(simulator, one)).Code).toBe("TransactionIdInvalid");
});
