import { randomUUIDv7 } from "node:crypto";
import { registerVerification } from "@verdict/services";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultsOf, problemOf, setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const fresh = () => randomUUIDv7().replaceAll("-", "");
const secondsAgo = (count: number) => new Date(Date.now() - count * 1_000).toISOString();

const registerBody = (changes: Record<string, unknown> = {}) => ({
  product: "FACE_VERIFY",
  transactionId: `hks${fresh()}`,
  merchantBizId: fresh(),
  initializedAt: secondsAgo(5),
  ...changes,
});

const register = (body: unknown, to = s.app) => s.post(body, { path: "/v1/verifications/register", to });

/** An API whose one route takes no tokens of other systems. */
const withoutOpaqueTokens = () =>
  s.apiWith({
    register: (slug, request) => registerVerification({ ...s.startDeps, opaqueTokens: () => false }, slug, request),
  });

describe("a session that is registered", () => {
  test("is shown as it is looked up", async () => {
    const body = registerBody({ product: "ID_OCR", merchantUserId: "alice", sceneCode: "signup" });
    const response = await register(body);
    const { warnings, ...record } = (await response.json()) as Record<string, unknown>;
    expect(response.status).toBe(201);
    expect(response.headers.get("Idempotency-Replayed")).toBeNull();
    expect(warnings).toEqual([]);
    expect(record).toMatchObject({
      route: "default",
      product: "ID_OCR",
      status: "awaiting",
      transactionId: body.transactionId,
      merchantBizId: body.merchantBizId,
      sceneCode: "signup",
      createdAt: body.initializedAt,
      version: 1,
    });
    expect(await (await s.get(`/v1/verifications/${record.id}`)).json()).toEqual(record);
  });

  test("says in its timeline how it came", async () => {
    const { id } = (await (await register(registerBody())).json()) as { id: string };
    const timeline = (await (await s.get(`/v1/verifications/${id}/timeline`)).json()) as { items: object[] };
    expect(timeline.items).toMatchObject([
      { type: "transition", from: "initializing", to: "awaiting", cause: "registered", actor: "api" },
    ]);
  });

  test("the same way again is the same record, and says so", async () => {
    const body = registerBody({ callbackToken: fresh(), expiresAt: secondsAgo(-600) });
    const first = await register(body);
    const again = await register({ ...body, initializedAt: body.initializedAt.replace("Z", "+00:00") });
    expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([201, "true"]);
    expect(await again.json()).toEqual(await first.json());
  });

  test("with a token that can be guessed comes with a warning", async () => {
    const short = (await (await register(registerBody({ callbackToken: fresh().slice(0, 21) }))).json()) as object;
    expect(short).toMatchObject({ warnings: [expect.stringMatching(/^callbackToken: shorter than 22 characters/)] });
    const long = (await (await register(registerBody({ callbackToken: fresh().slice(0, 22) }))).json()) as object;
    expect(long).toMatchObject({ warnings: [] });
  });

  test("takes any token that prints, and tells nobody about it", async () => {
    const callbackToken = `!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~${fresh()}`.slice(0, 64);
    const body = registerBody({ callbackToken });
    const answers = [
      await register(body),
      await register({ ...body, sceneCode: "other" }),
      await register(registerBody({ callbackToken })),
      await register(registerBody({ callbackToken }), withoutOpaqueTokens()),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 409, 409, 400]);
    const told = (await Promise.all(answers.map((answer) => answer.text()))).join() + s.lines.join();
    expect(told).not.toContain(callbackToken.slice(-20));
  });
});

describe("a registration that another verification stands in the way of", () => {
  test("by its merchantBizId names it", async () => {
    const body = registerBody();
    const { id } = (await (await register(body)).json()) as { id: string };
    expect(await problemOf(await register({ ...body, product: "ID_OCR" }))).toMatchObject({
      httpStatus: 409,
      code: "conflict",
      verificationId: id,
      detail: expect.stringMatching(/^merchantBizId/),
    });
  });

  test("by its transactionId names it, also when it was started here", async () => {
    const started = await s.post({
      product: "ID_OCR",
      docType: "01000000",
      merchantUserId: "alice",
      metaInfo: "{}",
    });
    const { id, transactionId } = (await started.json()) as { id: string; transactionId: string };
    expect(await problemOf(await register(registerBody({ transactionId })))).toMatchObject({
      httpStatus: 409,
      code: "conflict",
      verificationId: id,
      detail: expect.stringMatching(/^transactionId/),
    });
  });

  test("by its callbackToken names it", async () => {
    const callbackToken = fresh();
    const { id } = (await (await register(registerBody({ callbackToken }))).json()) as { id: string };
    expect(await problemOf(await register(registerBody({ callbackToken })))).toMatchObject({
      httpStatus: 409,
      verificationId: id,
      detail: expect.stringMatching(/^callbackToken/),
    });
  });
});

describe("a registration that is not valid", () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ["another product", { product: "FACE_IDU_MIN" }, ["product"]],
    ["no transactionId", { transactionId: undefined }, ["transactionId"]],
    ["an empty transactionId", { transactionId: "" }, ["transactionId"]],
    ["a long transactionId", { transactionId: "x".repeat(65) }, ["transactionId"]],
    ["a transactionId with a space", { transactionId: "a b" }, ["transactionId"]],
    ["a transactionId that is not ASCII", { transactionId: "ü" }, ["transactionId"]],
    ["no merchantBizId", { merchantBizId: undefined }, ["merchantBizId"]],
    ["a merchantBizId the provider would refuse", { merchantBizId: "a-b" }, ["merchantBizId"]],
    ["a long merchantUserId", { merchantUserId: "x".repeat(129) }, ["merchantUserId"]],
    ["a sceneCode the provider would refuse", { sceneCode: "sign up" }, ["sceneCode"]],
    ["an empty token", { callbackToken: "" }, ["callbackToken"]],
    ["a long token", { callbackToken: "x".repeat(65) }, ["callbackToken"]],
    ["a token with a line break", { callbackToken: "a\nb" }, ["callbackToken"]],
    ["no initializedAt", { initializedAt: undefined }, ["initializedAt"]],
    ["a time without an offset", { initializedAt: "2026-03-01T12:00:00" }, ["initializedAt"]],
    ["a day that is none", { initializedAt: "2026-02-30T12:00:00Z" }, ["initializedAt"]],
    ["a time in seconds", { initializedAt: 1_772_366_400 }, ["initializedAt"]],
    ["a future Initialize", { initializedAt: secondsAgo(-600) }, ["initializedAt"]],
    ["an Initialize 31 days ago", { initializedAt: secondsAgo(31 * 86_400) }, ["initializedAt"]],
    ["a session that was over before it began", { expiresAt: secondsAgo(60) }, ["expiresAt"]],
    ["a field there is not", { metaInfo: "{}" }, ["metaInfo"]],
    ["another route", { route: "nowhere" }, ["route"]],
  ])("for %s is refused, with the field", async (_what, change, fields) => {
    const body = registerBody(change);
    expect(await problemOf(await register(body))).toMatchObject({ httpStatus: 400, code: "invalid_request" });
    expect(await faultsOf(await register(body))).toEqual(fields);
  });

  test("for its token, on a route that takes none, is told which setting is missing", async () => {
    const response = await register(registerBody({ callbackToken: fresh() }), withoutOpaqueTokens());
    const { detail, errors } = await problemOf(response);
    expect(errors).toMatchObject([{ path: "callbackToken" }]);
    expect(detail).toMatch(/CALLBACK_OPAQUE_TOKENS/);
  });
});

test("registering needs the key and is described", async () => {
  const bare = await s.app.request("/v1/verifications/register", { method: "POST" });
  expect(bare.status).toBe(401);
  const { paths } = (await (await s.app.request("/openapi.json")).json()) as { paths: Record<string, object> };
  expect(paths["/v1/verifications/register"]).toHaveProperty("post");
});
