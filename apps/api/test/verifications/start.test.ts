import { findByMerchantBizId, findVerification } from "@verdict/db";
import type { StartResult } from "@verdict/services";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { API_KEY, documentBody, faceBody, faultsOf, initialized, problemOf, setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());
beforeEach(() => {
  s.asked.length = 0;
  s.answers(async () => initialized(`hks-${++sessions}`));
});

let sessions = 0;
let orders = 0;
const newBizId = () => `order${++orders}`;

describe("a verification", () => {
  test("is started and answered with what the user's device needs", async () => {
    const merchantBizId = newBizId();
    const response = await s.post(faceBody({ merchantBizId, sceneCode: "signup" }));
    const started = await response.json();
    expect([response.status, response.headers.get("Cache-Control")]).toEqual([201, "no-store"]);
    expect(started).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      status: "awaiting",
      product: "FACE_VERIFY",
      route: "default",
      merchantBizId,
      sceneCode: "signup",
      transactionId: `hks-${sessions}`,
      protocol: "P-1",
      transactionUrl: "https://face.example/once",
      passed: null,
      outcome: null,
    });
    const row = await findByMerchantBizId(s.db, "default", merchantBizId);
    expect(started).toMatchObject({ id: row?.id, version: row?.version, expiresAt: row?.expiresAt.toISOString() });
  });

  test("goes to the provider with every default spelled out", async () => {
    await s.post(faceBody());
    expect(s.asked).toMatchObject([
      { productCode: "FACE_VERIFY", securityLevel: "02", model: "LIVENESS", docVideo: "N", appQualityCheck: "Y" },
    ]);
    await s.post(documentBody());
    expect(s.asked[1]).toMatchObject({
      productCode: "ID_OCR",
      docType: "01000000",
      idSpoof: "N",
      idThreshold: "3",
      showGuidePage: "1",
      docScanMode: "shoot",
    });
    for (const request of s.asked) expect(request).not.toHaveProperty("product");
  });

  test.each([
    ["text, unmodified", '{ "deviceType" : "ios" }', '{ "deviceType" : "ios" }'],
    [
      "an object, as browsers have it",
      { deviceType: "h5", nested: { a: [1] } },
      '{"deviceType":"h5","nested":{"a":[1]}}',
    ],
  ])("takes metaInfo as %s", async (_, metaInfo, sent) => {
    expect((await s.post(faceBody({ metaInfo }))).status).toBe(201);
    expect(s.asked).toMatchObject([{ metaInfo: sent }]);
  });

  test("of a document may ask for the back of a Chinese mainland ID card", async () => {
    const response = await s.post(documentBody({ docType: "00000001", docPageConfig: ["OCR_ID_BACK"] }));
    expect(response.status).toBe(201);
    expect(s.asked).toMatchObject([{ docPageConfig: ["OCR_ID_BACK"] }]);
  });
});

describe("the same request again", () => {
  test("gets the same record, marked as a repeat, and the provider hears nothing", async () => {
    const body = faceBody({ merchantBizId: newBizId() });
    const first = await s.post(body);
    const again = await s.post(Object.fromEntries(Object.entries(body).reverse()));
    expect([first.headers.has("Idempotency-Replayed"), again.headers.get("Idempotency-Replayed")]).toEqual([
      false,
      "true",
    ]);
    expect(again.status).toBe(201);
    expect(await again.json()).toEqual(await first.json());
    expect(s.asked).toHaveLength(1);
  });

  test("is the same with its defaults spelled out", async () => {
    const body = faceBody({ merchantBizId: newBizId() });
    await s.post(body);
    expect((await s.post({ ...body, route: "default", securityLevel: "02" })).status).toBe(201);
    expect(s.asked).toHaveLength(1);
  });

  test("ten times at once starts one session", async () => {
    const body = faceBody({ merchantBizId: newBizId() });
    const responses = await Promise.all(Array.from({ length: 10 }, () => s.post(body)));
    const statuses = responses.map((response) => response.status);
    expect(statuses).toContain(201);
    for (const status of statuses) expect([201, 409]).toContain(status);
    expect(s.asked).toHaveLength(1);
  });

  test("with another body is a conflict that names the record", async () => {
    const merchantBizId = newBizId();
    const first = (await (await s.post(faceBody({ merchantBizId }))).json()) as { id: string };
    const other = await s.post(faceBody({ merchantBizId, merchantUserId: "bob" }));
    expect(await problemOf(other)).toMatchObject({ httpStatus: 409, code: "conflict", verificationId: first.id });
    const product = await s.post(documentBody({ merchantBizId }));
    expect(product.status).toBe(409);
    expect(s.asked).toHaveLength(1);
  });
});

describe("a body at fault is refused, and every field at fault is named:", () => {
  const wrong: [string, unknown, string[]][] = [
    ["nothing at all", {}, ["product"]],
    ["a product nobody knows", faceBody({ product: "EKYC" }), ["product"]],
    ["the product that answers at once", faceBody({ product: "FACE_IDU_MIN" }), ["product"]],
    [
      "no user and no device",
      faceBody({ merchantUserId: undefined, metaInfo: undefined }),
      ["merchantUserId", "metaInfo"],
    ],
    ["an empty user", faceBody({ merchantUserId: "" }), ["merchantUserId"]],
    ["a user of 129 letters", faceBody({ merchantUserId: "x".repeat(129) }), ["merchantUserId"]],
    ["metaInfo that is a number", faceBody({ metaInfo: 7 }), ["metaInfo"]],
    ["metaInfo that is a list", faceBody({ metaInfo: ["ios"] }), ["metaInfo"]],
    ["metaInfo beyond measure", faceBody({ metaInfo: { x: "y".repeat(16_384) } }), ["metaInfo"]],
    ["a merchantBizId with a dash", faceBody({ merchantBizId: "order-1" }), ["merchantBizId"]],
    ["a merchantBizId of 33 letters", faceBody({ merchantBizId: "x".repeat(33) }), ["merchantBizId"]],
    [
      "several options",
      faceBody({ sceneCode: "far too long", securityLevel: "03", docVideo: true }),
      ["docVideo", "sceneCode", "securityLevel"],
    ],
    ["no picture", faceBody({ facePictureUrl: undefined }), ["facePictureBase64"]],
    ["two pictures", faceBody({ facePictureBase64: "aGVsbG8=" }), ["facePictureBase64", "facePictureUrl"]],
    ["a picture by ftp", faceBody({ facePictureUrl: "ftp://shop.example/a.jpg" }), ["facePictureUrl"]],
    ["a way back that is no address", faceBody({ returnUrl: "javascript:alert(1)" }), ["returnUrl"]],
    ["a document nobody knows", documentBody({ docType: "00000002" }), ["docType"]],
    ["a page a passport does not have", documentBody({ docPageConfig: ["OCR_ID_BACK"] }), ["docPageConfig"]],
    ["a page nobody knows", documentBody({ docType: "00000001", docPageConfig: ["FRONT"] }), ["docPageConfig.0"]],
    ["another product's option", documentBody({ securityLevel: "02" }), ["securityLevel"]],
    ["an option nobody knows", faceBody({ secure: true }), ["secure"]],
    ["a callback address of the caller's", faceBody({ callbackUrl: "https://evil.example" }), ["callbackUrl"]],
    ["a token of the caller's", faceBody({ callbackToken: "mine" }), ["callbackToken"]],
    ["the provider's own spelling", faceBody({ SceneCode: "signup" }), ["SceneCode"]],
    ["a person with half a letter", faceBody({ merchantUserId: "\ud800" }), ["merchantUserId"]],
    ["a person with a NUL", faceBody({ merchantUserId: "a\0b" }), ["merchantUserId"]],
    ["a device with half a letter", faceBody({ metaInfo: "\ud800" }), ["metaInfo"]],
    ["a list", [faceBody()], [""]],
    ["a null", null, [""]],
    ["a route that does not exist", faceBody({ route: "nowhere" }), ["route"]],
  ];

  test.each(wrong)("%s", async (_, body, fields) => {
    const response = await s.post(body);
    expect(await problemOf(response.clone())).toMatchObject({
      contentType: "application/problem+json",
      httpStatus: 400,
      status: 400,
      code: "invalid_request",
      type: "urn:verdict:problem:invalid_request",
    });
    expect(await faultsOf(response)).toEqual(fields);
    expect(s.asked).toEqual([]);
  });

  test("an unknown field is told by its name", async () => {
    expect(await problemOf(await s.post(faceBody({ secure: true })))).toMatchObject({
      detail: expect.stringContaining('"secure"'),
    });
  });
});

describe("a body that is no JSON", () => {
  test.each(["", "{", "product=FACE_VERIFY", '{"product":"FACE_VERIFY",}'])("is refused as such: %j", async (text) => {
    expect(await problemOf(await s.post(null, { text }))).toMatchObject({
      contentType: "application/problem+json",
      httpStatus: 400,
      code: "invalid_request",
      detail: "The body is not valid JSON.",
    });
  });

  test.each(["text/plain", "application/x-www-form-urlencoded"])(
    "by its content type is not read as one: %s",
    async (type) => {
      const headers = s.authorized({ "Content-Type": type });
      const body = JSON.stringify(faceBody());
      const response = await s.app.request("/v1/verifications", { method: "POST", headers, body });
      expect(await problemOf(response)).toMatchObject({
        contentType: "application/problem+json",
        httpStatus: 415,
        code: "unsupported_media_type",
      });
      expect(s.asked).toEqual([]);
    },
  );
});

describe("a body of more than two megabytes", () => {
  const large = JSON.stringify(faceBody({ facePictureBase64: "x".repeat(2_000_000) }));
  const tooLarge = { contentType: "application/problem+json", httpStatus: 413, code: "too_large" };

  test("is refused unread", async () => {
    const headers = s.authorized({ "Content-Type": "application/json", "Content-Length": `${large.length}` });
    const response = await s.app.request("/v1/verifications", { method: "POST", headers, body: large });
    expect(await problemOf(response)).toMatchObject(tooLarge);
  });

  test("is refused as well when it does not say how long it is", async () => {
    const request = new Request("http://localhost/v1/verifications", {
      method: "POST",
      headers: s.authorized({ "Content-Type": "application/json", "Transfer-Encoding": "chunked" }),
      body: new Blob([large]).stream(),
      duplex: "half",
    } as RequestInit);
    expect(await problemOf(await s.app.request(request))).toMatchObject(tooLarge);
  });

  test("is one byte more than is read", async () => {
    const filler = (length: number) => " ".repeat(length);
    const body = JSON.stringify(faceBody());
    expect((await s.post(null, { text: body + filler(2_000_000 - body.length) })).status).toBe(201);
    expect((await s.post(null, { text: body + filler(2_000_001 - body.length) })).status).toBe(413);
  });
});

describe("an ending of the start", () => {
  const answer = (kind: string, code: string, message = "the provider's words") => ({
    kind,
    httpStatus: 400,
    code,
    message,
    requestId: "R-1",
  });
  const ID = "019cb9f2-7a40-7c10-8a55-2f9e0d6b1c3a";

  test.each([
    [409, "conflict", { outcome: "conflict", verificationId: ID }, null],
    [409, "in_progress", { outcome: "in_progress", verificationId: ID }, "1"],
    [
      503,
      "provider_unavailable",
      { outcome: "unavailable", verificationId: ID, answer: answer("transient", "ServiceUnavailable") },
      "1",
    ],
    [
      503,
      "provider_throttled",
      { outcome: "unavailable", verificationId: ID, answer: answer("throttled", "Throttling.Api") },
      "1",
    ],
    [
      504,
      "provider_timeout",
      { outcome: "unavailable", verificationId: ID, answer: answer("transient", "Timeout") },
      "1",
    ],
  ] as [number, string, StartResult, string | null][])(
    "is answered %i %s",
    async (status, code, result, retryAfter) => {
      const response = await s.post(faceBody(), { to: s.apiWith({ start: async () => result }) });
      expect(response.headers.get("Retry-After")).toBe(retryAfter);
      expect(await problemOf(response)).toMatchObject({
        contentType: "application/problem+json",
        httpStatus: status,
        status,
        code,
        type: `urn:verdict:problem:${code}`,
        verificationId: ID,
      });
    },
  );

  test.each([
    [422, "provider_refused", "permanent", "InvalidParameter"],
    [422, "provider_refused", "unknown", "SomethingNew"],
    [502, "provider_misconfigured", "configuration", "Forbidden.RAMUserAccessDenied"],
  ])("is answered %i %s, with the provider's own code and words", async (status, code, kind, providerCode) => {
    const verification = await givenVerification(s.db, { status: "init_failed" });
    const result: StartResult = { outcome: "refused", verification, answer: answer(kind, providerCode) };
    const response = await s.post(faceBody(), { to: s.apiWith({ start: async () => result }) });
    expect(await problemOf(response)).toMatchObject({
      httpStatus: status,
      code,
      providerCode,
      providerRequestId: "R-1",
      detail: "the provider's words",
      verificationId: verification.id,
    });
  });

  test("that nobody expected is answered 500, logged, and tells nothing of what happened", async () => {
    const start = async () => Promise.reject(new Error("password=hunter2 at db.internal"));
    s.lines.length = 0;
    const response = await s.post(faceBody(), { to: s.apiWith({ start }) });
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ httpStatus: 500, code: "internal_error" });
    expect(JSON.stringify(problem)).not.toMatch(/hunter2|internal\b.*db/);
    expect(s.lines.join("")).toContain("request failed");
  });
});

describe("through the whole service", () => {
  const facts = { httpStatus: 400, message: "the provider's words", requestId: "R-9" };

  test("a refusal of the provider ends the session, and the same request is told the same", async () => {
    s.answers(async () => ({ ...facts, kind: "permanent", code: "NoFaceDetected" }));
    const body = faceBody({ merchantBizId: newBizId() });
    const first = await problemOf(await s.post(body));
    const again = await problemOf(await s.post(body));
    expect(first).toMatchObject({ httpStatus: 422, providerCode: "NoFaceDetected", providerRequestId: "R-9" });
    const { providerRequestId: _, ...same } = first;
    expect(again).toEqual(same);
    expect(await findVerification(s.db, String(first.verificationId))).toMatchObject({ status: "init_failed" });
    expect(s.asked).toHaveLength(1);
  });

  test("a lost answer is a timeout, and the same request carries on", async () => {
    s.answers(async () => ({ ...facts, kind: "transient", code: "Timeout", lost: true }));
    const body = faceBody({ merchantBizId: newBizId() });
    const first = await problemOf(await s.post(body));
    expect(first).toMatchObject({ httpStatus: 504, code: "provider_timeout", providerCode: "Timeout" });

    s.answers(async () => initialized("hks-at-last"));
    const again = await s.post(body);
    expect(again.status).toBe(201);
    expect(await again.json()).toMatchObject({ id: first.verificationId, transactionId: "hks-at-last" });
  });
});

test("no error repeats what the caller sent of a person, a picture or a device, nor the key", async () => {
  const secrets = { merchantUserId: "alice-secret", metaInfo: "device-secret", facePictureBase64: "picture-secret" };
  const bodies = [
    { ...faceBody(secrets), sceneCode: "scene-secret-too-long" },
    { ...faceBody(secrets), merchantUserId: "alice-secret".repeat(20) },
    { ...faceBody(secrets), facePictureUrl: "picture-secret" },
    { ...faceBody(secrets), metaInfo: ["device-secret"] },
    { ...faceBody(secrets), securityLevel: "level-secret", docVideo: "video-secret", returnUrl: "return-secret" },
    { ...documentBody(secrets), docType: "type-secret" },
    { product: "product-secret" },
    { unknown: "value-secret", ...faceBody(secrets) },
  ];
  for (const body of bodies) {
    const response = await s.post(body);
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain("-secret");
  }
  const broken = await s.post(null, { text: `{"merchantUserId":"alice-secret"` });
  expect(await broken.text()).not.toContain("-secret");
  expect(s.lines.join("")).not.toMatch(/-secret/);
  expect(s.lines.join("")).not.toContain(API_KEY);
});
