import { expect, test } from "vitest";
import type { Sent } from "../src/send.ts";
import { base64, jpegOf } from "./pictures.ts";
import { answered, CALLBACK_URL, FACE, OCR, setup } from "./setup.ts";

test.each([
  ["a face", FACE],
  ["a face given as Base64", { ...FACE, FacePictureUrl: undefined, FacePictureBase64: base64(jpegOf()) }],
  ["a document", OCR],
  ["a document with its back", { ...OCR, DocType: "00000001", DocPageConfig: '["OCR_ID_BACK"]' }],
  ["parameters that are not known", { ...FACE, NewIn2027: "x" }],
])("%s opens a session", async (_name, parameters) => {
  const { call, control } = setup();
  const { status, body } = await call("Initialize", parameters);
  expect(status).toBe(200);
  expect(body).toMatchObject({ Code: "Success", Message: "success" });
  expect(body.Result?.TransactionId).toMatch(/^hks[0-9a-f]{29}$/);
  expect(body.Result?.Protocol).toBeTypeOf("string");

  expect((await control("GET", "/transactions")).body).toEqual([
    {
      transactionId: body.Result?.TransactionId,
      merchantBizId: parameters.MerchantBizId,
      product: parameters.ProductCode,
      state: "initialized",
      callbackUrl: null,
      callbackToken: null,
      initializedAt: "2026-01-31T00:00:00.000Z",
      callbacks: [],
    },
  ]);
});

test.each([
  ["no product", { ...FACE, ProductCode: undefined }, 400, "MissingParameter", "ProductCode"],
  ["another product", { ...FACE, ProductCode: "eKYC" }, 400, "InvalidParameter", "ProductCode"],
  ["no business id", { ...FACE, MerchantBizId: undefined }, 400, "MissingParameter", "MerchantBizId"],
  ["an empty business id", { ...FACE, MerchantBizId: "" }, 400, "MissingParameter", "MerchantBizId"],
  ["a business id with a dash", { ...FACE, MerchantBizId: "a-b" }, 400, "InvalidParameter", "MerchantBizId"],
  ["no user id", { ...FACE, MerchantUserId: undefined }, 400, "MissingParameter", "MerchantUserId"],
  ["no MetaInfo", { ...FACE, MetaInfo: undefined }, 400, "MissingParameter", "MetaInfo"],
  ["a long scene code", { ...FACE, SceneCode: "12345678901" }, 400, "InvalidParameter", "SceneCode"],
  ["another security level", { ...FACE, SecurityLevel: "03" }, 400, "InvalidParameter", "SecurityLevel"],
  ["no picture", { ...FACE, FacePictureUrl: undefined }, 400, "MissingParameter", "FacePictureBase64"],
  ["two pictures", { ...FACE, FacePictureBase64: "abcd" }, 401, "DataDuplication", "FacePictureUrl"],
  ["no DocType", { ...OCR, DocType: undefined }, 400, "MissingParameter", "DocType"],
  ["another DocType", { ...OCR, DocType: "00000002" }, 400, "InvalidParameter", "DocType"],
  ["pages that are no JSON", { ...OCR, DocPageConfig: "OCR_ID_BACK" }, 400, "InvalidParameter", "DocPageConfig"],
  ["the back of a passport", { ...OCR, DocPageConfig: '["OCR_ID_BACK"]' }, 400, "InvalidParameter", "DocPageConfig"],
  [
    "a callback to plain http",
    { ...FACE, CallbackUrl: "http://merchant.example/" },
    400,
    "InvalidParameter",
    "CallbackUrl",
  ],
  ["a callback to no address", { ...FACE, CallbackUrl: "merchant" }, 400, "InvalidParameter", "CallbackUrl"],
])("%s is refused, the parameter is named, and no session opens", async (_name, parameters, status, code, named) => {
  const { call, control, sent } = setup();
  const reply = await call("Initialize", parameters);
  expect({ status: reply.status, code: reply.body.Code }).toEqual({ status, code });
  expect(reply.body.Message).toContain(named);
  expect(reply.body).not.toHaveProperty("Result");
  expect((await control("GET", "/transactions")).body).toEqual([]);
  expect(sent).toEqual([]);
});

test.each(["http://localhost:8080/c", "http://127.0.0.1/c", "http://127.1.2.3/c", "http://[::1]:8080/c", CALLBACK_URL])(
  "the callback address %s is tried as it is before the session opens",
  async (CallbackUrl) => {
    const { call, sent, control } = setup();
    const { status } = await call("Initialize", { ...FACE, CallbackUrl, CallbackToken: "t" });
    expect(status).toBe(200);
    expect(sent.map(String)).toEqual([CallbackUrl]);
    expect((await control("GET", "/log")).body).toMatchObject([
      { seq: 1, direction: "out", operation: "Probe", httpStatus: 200, code: "Success", transactionId: null },
      { seq: 2, direction: "in", operation: "Initialize", httpStatus: 200, code: "Success" },
    ]);
  },
);

test.each<[string, Sent, boolean]>([
  ["204", answered(204), true],
  ["302", answered(302), false],
  ["401", answered(401), false],
  ["500", answered(500), false],
  ["nothing in time", { kind: "failed", code: "Timeout" }, false],
  ["no connection", { kind: "failed", code: "Unreachable" }, false],
])("a receiver that answers the probe with %s: reachable is %s", async (_name, answer, reachable) => {
  const { call, control, receiver } = setup();
  receiver.say = () => answer;
  const reply = await call("Initialize", { ...FACE, CallbackUrl: CALLBACK_URL });
  expect(reply.status).toBe(reachable ? 200 : 400);
  expect((await control("GET", "/transactions")).body).toHaveLength(reachable ? 1 : 0);
  if (reachable) return;
  expect(reply.body).toMatchObject({ Code: "InvalidParameter", Message: expect.stringContaining("CallbackUrl") });
});

test("a browser session is given the address of the phone page", async () => {
  const { call } = setup();
  const { body } = await call("Initialize", { ...FACE, ReturnUrl: "https://merchant.example/back" });
  expect(body.Result?.TransactionUrl).toBe(`http://simulator.test/#${body.Result?.TransactionId}`);
});

test("a business id may be used twice: each Initialize opens a session of its own", async () => {
  const { open, control } = setup();
  const ids = [await open(), await open()];
  expect(new Set(ids).size).toBe(2);
  expect((await control("GET", "/transactions")).body).toHaveLength(2);
});
