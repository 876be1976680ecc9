import { createRequire } from "node:module";
import type core from "@alicloud/openapi-core";
import { $OpenApiUtil, OpenApiUtil } from "@alicloud/openapi-core";
import * as $dara from "@darabonba/typescript";
import { API_VERSION } from "@verdict/provider";
import { serve } from "@verdict/runtime";
import { afterEach, expect, test } from "vitest";
import type { Behaviour } from "../src/behaviour.ts";
import { createSimulator } from "../src/simulator.ts";
import { base64, blankPng, jpegOf, pngOf } from "./pictures.ts";
import { ACCESS_KEY, FACE, OCR, SETTINGS } from "./setup.ts";

const opened: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

// Node and the test runner disagree on what the default import of this CommonJS package is; `require` leaves no doubt.
const { default: Client } = createRequire(import.meta.url)("@alicloud/openapi-core") as typeof core;

type Fields = Record<string, string>;
type Reply = { code: unknown; status: unknown; result?: Record<string, unknown>; error?: string; retryAfter?: unknown };

/** The simulator on a real port, and the vendor's own client. */
async function givenSdk(options: { behaviour?: Partial<Behaviour>; secret?: string; algorithm?: string } = {}) {
  const { behaviour = {}, secret = ACCESS_KEY.secret, algorithm } = options;
  const simulator = createSimulator({ settings: { ...SETTINGS, behaviour } });
  const serving = await serve({ app: simulator.app, port: 0, variable: "SIMULATOR_PORT", hostname: "127.0.0.1" });
  opened.push(serving.close, simulator.close);
  const endpoint = `127.0.0.1:${serving.port}`;
  const client = new Client(
    new $OpenApiUtil.Config({
      ...{ accessKeyId: ACCESS_KEY.id, accessKeySecret: secret, endpoint, protocol: "http" },
      ...{ connectTimeout: 10_000, readTimeout: 10_000 },
      ...(algorithm && { signatureAlgorithm: algorithm }),
    }),
  );

  async function call(action: string, query: Fields, body: Fields = {}): Promise<Reply> {
    const params = new $OpenApiUtil.Params({
      ...{ action, version: API_VERSION, protocol: "HTTPS", pathname: "/", method: "POST" },
      ...{ authType: "AK", style: "RPC", reqBodyType: "formData", bodyType: "json" },
    });
    const form = Object.keys(body).length > 0 ? { body: OpenApiUtil.parseToMap(body) } : {};
    const request = new $OpenApiUtil.OpenApiRequest({ query: OpenApiUtil.query(query), ...form });
    try {
      const answer = await client.callApi(params, request, new $dara.RuntimeOptions({}));
      return { code: answer.body.Code, status: answer.statusCode, result: answer.body.Result };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const known = { code: undefined, statusCode: undefined, retryAfter: undefined, ...error };
      return { code: known.code, status: known.statusCode, error: error.name, retryAfter: known.retryAfter };
    }
  }

  const control = async (method: string, path: string, body?: object) =>
    (await fetch(`http://${endpoint}/_sim${path}`, { method, ...(body && { body: JSON.stringify(body) }) })).json();

  return { call, control };
}

const { FacePictureUrl: _url, ...faceless } = FACE;
const CHECK = { MerchantBizId: "biz3", MerchantUserId: "user-1", VerifyModel: "0", FaceGroupCodes: "g1" };
const picture = base64(jpegOf(1));

test.each([undefined, "v2"])("the vendor's SDK, signature %s: every operation succeeds", async (algorithm) => {
  const { call, control } = await givenSdk(algorithm ? { algorithm } : {});
  expect(await call("KeepaliveIntl", {})).toMatchObject({ code: "Success", result: { Result: "SUCCESS" } });
  const awkward = { ...faceless, MetaInfo: `{"odd":"! ' ( ) * ~ + % & = ä 中"}` };
  const started = await call("Initialize", awkward, { FacePictureBase64: picture });
  expect(started).toMatchObject({ code: "Success", status: 200 });
  const TransactionId = String(started.result?.TransactionId);
  const asked = { MerchantBizId: "biz1", TransactionId };
  expect((await call("Initialize", OCR)).code).toBe("Success");

  await control("POST", `/transactions/${TransactionId}/complete`, { passed: "N", subCode: "205" });
  expect((await call("CheckResult", asked)).result).toMatchObject({ Passed: "N", SubCode: "205" });
  expect((await call("CheckVerifyLog", {}, asked)).result).toMatchObject({ VerifyStatus: "0" });
  const deletion = { TransactionId, DeleteAfterQuery: "Y", DeleteType: "All" };
  expect(await call("DeleteVerifyResult", deletion)).toMatchObject({ code: "200", result: { DeleteResult: "Y" } });

  const check = { ...CHECK, SourceFacePicture: picture, AutoRegistration: "0" };
  const product = { ProductCode: "FACE_IDU_MIN" };
  expect((await call("FaceDuplicationCheckIntl", product, check)).result).toMatchObject({ SubCode: "200" });
  expect((await call("FaceDuplicationCheckIntl", product, check)).result).toMatchObject({ SubCode: "233" });
});

const face = (bytes: Buffer): [string, Fields, Fields] => [
  "Initialize",
  faceless,
  { FacePictureBase64: base64(bytes) },
];
const at = (marker: string): [string, Fields, Fields] => [
  "Initialize",
  { ...FACE, FacePictureUrl: `https://images.example/${marker}/1.jpg` },
  {},
];
const asked = { MerchantBizId: "biz1", TransactionId: "hksunknown" };

test.each<[string, number, string, [string, Fields, Fields]]>([
  ["MissingParameter", 400, "ClientError", ["Initialize", faceless, {}]],
  ["InvalidParameter", 400, "ClientError", ["Initialize", { ...FACE, MerchantBizId: "a-b" }, {}]],
  ["TransactionIdInvalid", 400, "ClientError", ["CheckResult", asked, {}]],
  ["InvalidApi.NotFound", 404, "ClientError", ["FaceCompare", {}, {}]],
  ["NoFaceDetected", 401, "ClientError", face(blankPng())],
  ["UnqualifiedPhoto", 401, "ClientError", face(jpegOf(1).subarray(0, 1_000))],
  ["ToolargeImage", 401, "ClientError", face(pngOf(1, { width: 600, height: 800 }, 0))],
  ["ToolargeImage", 401, "ClientError", face(Buffer.alloc(7_500_000))],
  ["DataDuplication", 401, "ClientError", ["Initialize", FACE, { FacePictureBase64: picture }]],
  ["DownloadTimeout", 401, "ClientError", at("timeout")],
])("%s reaches the vendor's SDK as HTTP %d", async (code, status, error, [action, query, body]) => {
  const { call } = await givenSdk();
  expect(await call(action, query, body)).toMatchObject({ code, status, error });
});

test.each([
  ["Forbidden.AccountAccessDenied", 403, { account: "not-activated" }],
  ["Forbidden.RAMUserAccessDenied", 403, { account: "ram-denied" }],
  ["InvalidAccessKeyId.Inactive", 400, { account: "key-inactive" }],
] as const)("%s reaches the vendor's SDK as HTTP %d", async (code, status, behaviour) => {
  const { call } = await givenSdk({ behaviour });
  expect(await call("CheckResult", asked)).toMatchObject({ code, status, error: "ClientError" });
});

test.each([
  ["ProcessNotCompleted", 404],
  ["Forbidden.ExceptionRepeatedInvoke", 401],
  ["SuspiciousActivity", 429],
])("%s, asked for, reaches the vendor's SDK as HTTP %d", async (code, status) => {
  const { call, control } = await givenSdk();
  await control("POST", "/answers", { operation: "CheckResult", code });
  expect(await call("CheckResult", asked)).toMatchObject({ code, status, error: "ClientError" });
  expect((await call("CheckResult", asked)).code).toBe("TransactionIdInvalid");
});

test("server errors, and an error under HTTP 200, look to the vendor's SDK like what they are", async () => {
  const { call, control } = await givenSdk();
  for (const [code, status] of [
    ["InternalError", 500],
    ["ServiceUnavailable", 503],
  ] as const) {
    await control("POST", "/answers", { operation: "CheckResult", code });
    expect(await call("CheckResult", asked)).toMatchObject({ code, status, error: "ServerError" });
  }
  await control("PUT", "/faults", { calls: { okError: 1 } });
  const hidden = await call("CheckResult", asked);
  expect(hidden.status).toBe(200);
  expect(["InternalError", "ServiceUnavailable"]).toContain(hidden.code);
});

test("throttling is a throttling error, and says how long to wait", async () => {
  const { call } = await givenSdk({ behaviour: { qps: { ID_OCR: 1 }, retryAfter: "on" } });
  expect((await call("Initialize", OCR)).code).toBe("Success");
  const refused = await call("Initialize", OCR);
  expect(refused).toMatchObject({ code: "Throttling.Api", status: 403, error: "ThrottlingError" });
  expect(refused.retryAfter).toBeGreaterThan(0);
  expect(refused.retryAfter).toBeLessThanOrEqual(1_000);
});

test.each([undefined, "v2"])("a wrong secret, signature %s, does not match", async (algorithm) => {
  const { call } = await givenSdk({ secret: "wrong", ...(algorithm && { algorithm }) });
  expect(await call("KeepaliveIntl", {})).toMatchObject({ code: "SignatureDoesNotMatch", status: 400 });
});
