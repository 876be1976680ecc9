import { createRequire } from "node:module";
import { RuntimeOptions } from "@darabonba/typescript";
import { describe, expect, test } from "vitest";
import { API_VERSION } from "../src/sign-call.ts";
import { authorization, parseAuthorization, verifySignature } from "../src/sign-v3.ts";
import { givenProvider, json, KEY } from "./provider-stub.ts";

// Compiled for CommonJS; Node and vitest disagree on what an import gives as its default.
const { $OpenApiUtil, default: Client, OpenApiUtil } = createRequire(import.meta.url)("@alicloud/openapi-core") as Sdk;

type Sdk = typeof import("@alicloud/openapi-core", { with: { "resolution-mode": "require" }});

type Call = { action: string; query: Record<string, string>; body?: Record<string, string>; securityToken?: string };

/** Runs the vendor's own SDK, and gives what it put on the wire. */
async function sendWithSdk({ action, query, body, securityToken }: Call) {
  const { endpoint, heard } = await givenProvider((res) => json(res, { Code: "Success", RequestId: "r" }));
  const config = new $OpenApiUtil.Config({
    ...KEY,
    ...(securityToken && { securityToken, type: "sts" }),
    endpoint: new URL(endpoint).host,
    protocol: "http",
  });
  const params = new $OpenApiUtil.Params({
    action,
    version: API_VERSION,
    protocol: "HTTP",
    pathname: "/",
    method: "POST",
    authType: "AK",
    style: "RPC",
    reqBodyType: "formData",
    bodyType: "json",
  });
  const request = new $OpenApiUtil.OpenApiRequest({
    query: OpenApiUtil.query(query),
    ...(body && { body: OpenApiUtil.parseToMap(body) }),
  });
  await new Client(config).callApi(params, request, new RuntimeOptions({}));
  const only = heard[0];
  if (!only) throw new Error("the SDK sent nothing");
  return only;
}

const AWKWARD = "a b+c/d=e&f%g!'()*~-_.中文🙂\n\"{}";

describe("the vendor's SDK and our signer agree", () => {
  test.each<[string, Call]>([
    ["parameters in the query", { action: "CheckResult", query: { TransactionId: "hks1", MerchantBizId: "b1" } }],
    ["awkward characters in the query", { action: "Initialize", query: { MetaInfo: AWKWARD, Empty: "", A: "*" } }],
    ["a form body", { action: "CheckVerifyLog", query: {}, body: { MerchantBizId: "b1", TransactionId: AWKWARD } }],
    [
      "both",
      {
        action: "FaceDuplicationCheckIntl",
        query: { ProductCode: "FACE_IDU_MIN" },
        body: { SourceFacePicture: "/9j/4AAQ+A==", FaceGroupCodes: "g1,g2" },
      },
    ],
    ["no parameters", { action: "KeepaliveIntl", query: {} }],
    [
      "temporary credentials",
      { action: "CheckResult", query: { TransactionId: "hks1" }, securityToken: "CAIS+/token==" },
    ],
  ])("%s", async (_what, call) => {
    const { method, url, headers, body } = await sendWithSdk(call);
    const { authorization: theirs = "", ...others } = headers;
    const request = { method, path: url.pathname, query: url.searchParams, headers: others, body };

    expect(Object.fromEntries(url.searchParams)).toEqual(call.query);
    expect(authorization(request, { id: KEY.accessKeyId, secret: KEY.accessKeySecret })).toBe(theirs);
    const claimed = parseAuthorization(theirs);
    if (!claimed) throw new Error("the SDK's Authorization header could not be read");
    expect(verifySignature({ ...request, headers }, claimed, KEY.accessKeySecret)).toBe(true);
    expect(verifySignature({ ...request, headers }, claimed, "another secret")).toBe(false);
  });
});
