import { expect, test } from "vitest";
import {
  authorization,
  canonicalRequest,
  parseAuthorization,
  percentEncode,
  sha256Hex,
  signature,
  signedHeaderNames,
  verifySignature,
} from "../src/sign-v3.ts";

const vendor = {
  method: "POST",
  path: "/",
  query: [
    ["ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"],
    ["RegionId", "cn-shanghai"],
  ] as const,
  headers: {
    host: "ecs.cn-shanghai.aliyuncs.com",
    "x-acs-action": "RunInstances",
    "x-acs-content-sha256": sha256Hex(""),
    "x-acs-date": "2023-10-26T10:22:32Z",
    "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
    "x-acs-version": "2014-05-26",
  },
  body: "",
};

const ours = {
  method: "POST",
  path: "/",
  query: [
    ["TransactionId", "hksb7ba1b28130d24e015d694361bee4"],
    ["IsReturnImage", "N"],
    ["MerchantBizId", "e0c34a77f5ac40a5aa5e6ed20c353888"],
  ] as const,
  headers: {
    host: "127.0.0.1:8787",
    "x-acs-action": "CheckResult",
    "x-acs-content-sha256": sha256Hex(""),
    "x-acs-date": "2026-01-31T00:00:00Z",
    "x-acs-signature-nonce": "0123456789abcdef0123456789abcdef",
    "x-acs-version": "2022-08-09",
  },
  body: "",
};

test("the vendor's published vector is reproduced", () => {
  const canonical = canonicalRequest(vendor, signedHeaderNames(vendor.headers));
  expect(signature(canonical, "YourAccessKeySecret")).toBe(
    "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
  );
});

test("a CheckResult with its query out of order gives the recorded signature", () => {
  const canonical = canonicalRequest(ours, signedHeaderNames(ours.headers));
  expect(sha256Hex(canonical)).toBe("5e7a8afe208987e48abb271f76e83e020e825b1ddb8b50f2a3d0f4c7eb0354a3");
  expect(signature(canonical, "testsecret")).toBe("c72f3f4dd404ecf7b16fb399bcc02529023ffdde3082d982bc76fb62997306a2");
});

test.each([
  ["a b", "a%20b"],
  ["!'()*", "%21%27%28%29%2A"],
  ["-_.~", "-_.~"],
  ["中", "%E4%B8%AD"],
  ["\ud800", "%EF%BF%BD"],
])("%j is encoded as %s", (text, encoded) => {
  expect(percentEncode(text)).toBe(encoded);
});

test("a signed request verifies, and no part of it can be changed", () => {
  const key = { id: "ak", secret: "testsecret" };
  const claimed = parseAuthorization(authorization(ours, key));
  if (!claimed) throw new Error("the Authorization header could not be read back");

  expect(verifySignature(ours, claimed, key.secret)).toBe(true);
  expect(verifySignature(ours, claimed, "another secret")).toBe(false);
  expect(verifySignature({ ...ours, method: "GET" }, claimed, key.secret)).toBe(false);
  expect(verifySignature({ ...ours, body: "x=1" }, claimed, key.secret)).toBe(false);
  expect(verifySignature({ ...ours, query: [...ours.query, ["Extra", "1"]] }, claimed, key.secret)).toBe(false);
  const headers = { ...ours.headers, "x-acs-date": "2026-01-31T00:00:01Z" };
  expect(verifySignature({ ...ours, headers }, claimed, key.secret)).toBe(false);
});

test("an x-acs header that the signature does not cover is refused", () => {
  const claimed = parseAuthorization(authorization(ours, { id: "ak", secret: "testsecret" }));
  if (!claimed) throw new Error("the Authorization header could not be read back");
  const headers = { ...ours.headers, "x-acs-security-token": "smuggled" };
  expect(verifySignature({ ...ours, headers }, claimed, "testsecret")).toBe(false);
});

test.each([
  "",
  "Bearer x",
  "ACS3-HMAC-SHA256 Credential=a",
  "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=zz",
])("%j is no Authorization header of this scheme", (header) => {
  expect(parseAuthorization(header)).toBeNull();
});
