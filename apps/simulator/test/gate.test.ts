import { expect, test } from "vitest";
import { ACCESS_KEY, setup } from "./setup.ts";

const MINUTE = 60_000;

test("a signed call enters, from the query as well as from the body", async () => {
  const { call } = setup();
  const parameters = { MerchantBizId: "biz1", TransactionId: "unknown *'()!~ä" };
  for (const inBody of [false, true]) {
    const { body } = await call("CheckResult", parameters, { inBody });
    expect(body.Code).toBe("TransactionIdInvalid");
  }
});

test("an error names a request id in upper case and a page with help", async () => {
  const { call } = setup();
  const { body } = await call("Nonsense", {});
  expect(body.RequestId).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
  expect(body.Recommend).toContain(`q=InvalidApi.NotFound&product=Cloudauth-intl&requestId=${body.RequestId}`);
  expect(body).not.toHaveProperty("Result");
});

const now = Date.parse("2026-01-31T00:00:00Z");

test.each([
  ["an unknown key", { key: { id: "other", secret: ACCESS_KEY.secret } }, 404, "InvalidAccessKeyId.NotFound"],
  ["a wrong secret", { key: { id: ACCESS_KEY.id, secret: "wrong" } }, 400, "SignatureDoesNotMatch"],
  ["a date 16 minutes ago", { date: now - 16 * MINUTE }, 400, "InvalidTimeStamp.Expired"],
  ["a date 16 minutes ahead", { date: now + 16 * MINUTE }, 400, "InvalidTimeStamp.Expired"],
  ["a date of another form", { headers: { "x-acs-date": "31 Jan 2026" } }, 400, "InvalidTimeStamp.Format"],
  ["no date", { headers: { "x-acs-date": "" } }, 400, "MissingParameter"],
  ["no nonce", { headers: { "x-acs-signature-nonce": "" } }, 400, "MissingParameter"],
  ["another version", { headers: { "x-acs-version": "2019-03-07" } }, 400, "InvalidVersion"],
  ["another method", { method: "GET" }, 400, "UnsupportedHTTPMethod"],
])("%s is refused", async (_name, change, status, code) => {
  const { call } = setup();
  const reply = await call("CheckResult", { MerchantBizId: "biz1", TransactionId: "x" }, change);
  expect({ status: reply.status, code: reply.body.Code }).toEqual({ status, code });
});

test.each([14 * MINUTE, -14 * MINUTE])("a clock that is %d ms off is let in", async (skew) => {
  const { call } = setup();
  expect(await call("KeepaliveIntl", {}, { date: now + skew })).toMatchObject({ status: 200 });
});

test("a call without a signature, or with one of another kind, is refused", async () => {
  const { signed, raw } = setup();
  for (const authorization of ["", "Bearer x", "acs ak:abc="]) {
    const request = signed("KeepaliveIntl", {});
    const reply = await raw({ ...request, headers: { ...request.headers, authorization } });
    expect(reply).toMatchObject({ status: 400, body: { Code: "IncompleteSignature" } });
  }
});

test("a call that was changed on its way is refused", async () => {
  const { signed, raw } = setup();
  const request = signed("CheckResult", { MerchantBizId: "biz1", TransactionId: "x" });
  const changed = { ...request, url: request.url.replace("biz1", "biz2") };
  expect(await raw(changed)).toMatchObject({ status: 400, body: { Code: "SignatureDoesNotMatch" } });
});

test("a call that is sent again is refused, and one with a wrong signature uses no nonce up", async () => {
  const { signed, raw } = setup();
  const request = signed("KeepaliveIntl", {});
  const forged = { ...request, headers: { ...request.headers, "x-acs-extra": "1" } };
  expect((await raw(forged)).body.Code).toBe("SignatureDoesNotMatch");
  expect((await raw(request)).body.Code).toBe("Success");
  expect(await raw(request)).toMatchObject({ status: 400, body: { Code: "SignatureNonceUsed" } });
});

test("an operation this provider does not have is not found", async () => {
  const { call } = setup();
  for (const action of ["FaceCompare", "toString"]) {
    expect(await call(action, {})).toMatchObject({ status: 404, body: { Code: "InvalidApi.NotFound" } });
  }
});

test("a POST that names no action is told so", async () => {
  const { app } = setup();
  const response = await app.request("/", { method: "POST" });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ Code: "MissingParameter", Message: expect.stringContaining("Action") });
});

test("a body above 3 MB is refused as a picture that is too large, whether or not it says its length", async () => {
  const { app } = setup();
  const headers = { "x-acs-action": "Initialize" };
  const body = "x".repeat(3 * 1_024 * 1_024 + 1);
  for (const length of [{ "content-length": String(body.length) }, { "transfer-encoding": "chunked" }]) {
    const response = await app.request("/", { method: "POST", headers: { ...headers, ...length }, body });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ Code: "ToolargeImage" });
  }
});

test("KeepaliveIntl answers as the provider does", async () => {
  const { call } = setup();
  expect((await call("KeepaliveIntl", {})).body).toMatchObject({ Code: "Success", Result: { Result: "SUCCESS" } });
});
