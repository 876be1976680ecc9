import { describe, expect, test } from "vitest";
import type { ProviderClient } from "../src/client.ts";
import { parseAuthorization, verifySignature } from "../src/sign-v3.ts";
import { givenClient, givenProvider, type Heard, json, KEY } from "./provider-stub.ts";

const AWKWARD = "a b+c/d=e&f%g!'()*~中🙂";

const ids = { merchantBizId: "e0c34a77f5ac40a5aa5e6ed20c353888", transactionId: "hksb7ba1b28130d24e015d694361bee4" };
const wireIds = { MerchantBizId: ids.merchantBizId, TransactionId: ids.transactionId };

const OPERATIONS: readonly {
  action: string;
  call: (client: ProviderClient) => Promise<unknown>;
  query: Record<string, string>;
  form: Record<string, string>;
}[] = [
  {
    action: "Initialize",
    call: (client) =>
      client.initialize({
        productCode: "FACE_VERIFY",
        merchantBizId: ids.merchantBizId,
        merchantUserId: AWKWARD,
        metaInfo: `{"x":"${AWKWARD}"}`,
        facePictureBase64: "/9j/4AAQ+A==",
      }),
    query: {
      ProductCode: "FACE_VERIFY",
      MerchantBizId: ids.merchantBizId,
      MerchantUserId: AWKWARD,
      MetaInfo: `{"x":"${AWKWARD}"}`,
      SecurityLevel: "02",
      Model: "LIVENESS",
      DocVideo: "N",
      AppQualityCheck: "Y",
    },
    form: { FacePictureBase64: "/9j/4AAQ+A==" },
  },
  {
    action: "Initialize",
    call: (client) =>
      client.initialize({
        productCode: "ID_OCR",
        merchantBizId: ids.merchantBizId,
        merchantUserId: "u",
        metaInfo: "{}",
        docType: "00000001",
        docPageConfig: ["OCR_ID_BACK"],
      }),
    query: {
      ProductCode: "ID_OCR",
      MerchantBizId: ids.merchantBizId,
      MerchantUserId: "u",
      MetaInfo: "{}",
      DocType: "00000001",
      DocPageConfig: '["OCR_ID_BACK"]',
      IdSpoof: "N",
      IdThreshold: "3",
      ShowGuidePage: "1",
      DocScanMode: "shoot",
    },
    form: {},
  },
  {
    action: "CheckResult",
    call: (client) => client.checkResult(ids),
    query: { ...wireIds, IsReturnImage: "N" },
    form: {},
  },
  { action: "CheckVerifyLog", call: (client) => client.checkVerifyLog(ids), query: {}, form: wireIds },
  {
    action: "FaceDuplicationCheckIntl",
    call: (client) =>
      client.faceDuplicationCheck({
        productCode: "FACE_IDU_MIN",
        merchantBizId: ids.merchantBizId,
        merchantUserId: "u",
        verifyModel: "0",
        faceGroupCodes: ["g1", "g2"],
        sourceFacePicture: "/9j/4AAQ+A==",
      }),
    query: { ProductCode: "FACE_IDU_MIN" },
    form: {
      MerchantBizId: ids.merchantBizId,
      MerchantUserId: "u",
      VerifyModel: "0",
      Liveness: "0",
      FaceGroupCodes: "g1,g2",
      SourceFacePicture: "/9j/4AAQ+A==",
      AutoRegistration: "1",
      ReturnFaces: "1",
    },
  },
  {
    action: "DeleteVerifyResult",
    call: (client) => client.deleteVerifyResult({ transactionId: ids.transactionId, deleteType: "All" }),
    query: { TransactionId: ids.transactionId, DeleteAfterQuery: "N", DeleteType: "All" },
    form: {},
  },
  { action: "KeepaliveIntl", call: (client) => client.keepalive(), query: {}, form: {} },
];

const isGenuine = ({ method, url, headers, body }: Heard): boolean => {
  const claimed = parseAuthorization(headers.authorization ?? "");
  if (!claimed || claimed.accessKeyId !== KEY.accessKeyId) return false;
  const request = { method, path: url.pathname, query: url.searchParams, headers, body };
  return verifySignature(request, claimed, KEY.accessKeySecret);
};

describe.each(OPERATIONS)("$action", ({ action, call, query, form }) => {
  test("its parameters travel where they are documented, under a signature that verifies", async () => {
    const { endpoint, heard } = await givenProvider((res) => json(res, { Code: "Success" }));
    await call(givenClient(endpoint, { now: () => new Date("2026-01-31T00:00:00.789Z") }));

    const [only, ...others] = heard;
    if (!only) throw new Error("nothing was heard");
    expect(others).toEqual([]);
    expect(only.method).toBe("POST");
    expect(only.url.pathname).toBe("/");
    expect(Object.fromEntries(only.url.searchParams)).toEqual(query);
    expect(Object.fromEntries(new URLSearchParams(only.body))).toEqual(form);
    expect(only.headers).toMatchObject({
      "x-acs-action": action,
      "x-acs-version": "2022-08-09",
      "x-acs-date": "2026-01-31T00:00:00Z",
      host: new URL(endpoint).host,
    });
    expect(only.headers["content-type"]).toBe(only.body === "" ? undefined : "application/x-www-form-urlencoded");
    expect(only.headers["x-acs-signature-nonce"]).toMatch(/^[0-9a-f]{32}$/);
    expect(isGenuine(only)).toBe(true);
  });
});

test("temporary credentials send their token, and it is signed", async () => {
  const { endpoint, heard } = await givenProvider((res) => json(res, { Code: "Success" }));
  await givenClient(endpoint, { securityToken: "CAIS+/token==" }).keepalive();

  const only = heard[0];
  if (!only) throw new Error("nothing was heard");
  expect(only.headers).toMatchObject({
    "x-acs-security-token": "CAIS+/token==",
    "x-acs-accesskey-id": KEY.accessKeyId,
  });
  expect(only.headers.authorization).toContain("x-acs-accesskey-id;");
  expect(only.headers.authorization).toContain("x-acs-security-token;");
  expect(isGenuine(only)).toBe(true);
});

test("lasting credentials send none, and every call has a nonce of its own", async () => {
  const { endpoint, heard } = await givenProvider((res) => json(res, { Code: "Success" }));
  const client = givenClient(endpoint);
  await client.keepalive();
  await client.keepalive();

  const names = heard.flatMap(({ headers }) => Object.keys(headers));
  expect(names.filter((name) => name.includes("token") || name.includes("accesskey"))).toEqual([]);
  expect(new Set(heard.map(({ headers }) => headers["x-acs-signature-nonce"])).size).toBe(2);
});
