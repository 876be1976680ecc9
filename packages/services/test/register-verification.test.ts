import { randomUUIDv7 } from "node:crypto";
import { type Db, findOpaqueTokens, findVerification, listTransitions, takeDueChecks } from "@verdict/db";
import { DEFAULT_POLICY, opaqueTokenHash } from "@verdict/domain";
import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashUser } from "../src/hashes.ts";
import { type RegisterDeps, type RegisterRequest, registerVerification } from "../src/register-verification.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

const NOW = new Date("2026-03-31T12:00:00.000Z");
const seconds = (count: number) => new Date(NOW.getTime() + count * 1_000);
const PEPPER = "a pepper that only tests know";
const fresh = () => randomUUIDv7().replaceAll("-", "");

const givenRequest = (changes: Partial<RegisterRequest> = {}): RegisterRequest => ({
  product: "FACE_VERIFY",
  transactionId: `hks${fresh()}`,
  merchantBizId: fresh(),
  initializedAt: seconds(-10),
  ...changes,
});

const register = (request: RegisterRequest, changes: Partial<RegisterDeps> = {}) =>
  registerVerification(
    {
      db,
      policy: DEFAULT_POLICY,
      ttl: 1_800,
      pepper: PEPPER,
      now: () => NOW,
      newId: randomUUIDv7,
      opaqueTokens: () => true,
      ...changes,
    },
    "default",
    request,
  );

async function registered(request: RegisterRequest, changes: Partial<RegisterDeps> = {}) {
  const result = await register(request, changes);
  if (result.outcome !== "registered") throw new Error(`It was not registered: ${JSON.stringify(result)}`);
  return result.verification;
}

describe("a session that is registered", () => {
  test("is an obligation like one of our own, as old as its Initialize", async () => {
    const request = givenRequest({ sceneCode: "signup", merchantUserId: "alice" });
    const row = await registered(request);
    expect(row).toMatchObject({
      route: "default",
      status: "awaiting",
      transactionId: request.transactionId,
      transactionSource: "initialize",
      merchantBizId: request.merchantBizId,
      merchantUserHash: hashUser(PEPPER, "alice"),
      sceneCode: "signup",
      createdAt: seconds(-10),
      expiresAt: seconds(-10 + 1_800),
      nextCheckAt: seconds(-10 + 60),
      updatedAt: NOW,
    });
    expect(await listTransitions(db, row.id)).toMatchObject([{ cause: "registered", actor: "api", at: NOW }]);
  });

  test("ends when its own system says so", async () => {
    expect(await registered(givenRequest({ expiresAt: seconds(300) }))).toMatchObject({ expiresAt: seconds(300) });
  });

  test.each([
    { initialized: -59, due: 1 },
    { initialized: -61, due: 0 },
    { initialized: -10 * 86_400, due: 0 },
  ])("$initialized s after Initialize is due after $due s", async ({ initialized, due }) => {
    const { nextCheckAt } = await registered(givenRequest({ initializedAt: seconds(initialized) }));
    expect(nextCheckAt).toEqual(seconds(due));
  });

  test("long after its window is found by the very next sweep", async () => {
    const { id } = await registered(givenRequest({ initializedAt: seconds(-10 * 86_400) }));
    const options = { now: NOW, until: seconds(60), most: 1_000, limited: false };
    const { verifications } = await takeDueChecks(db, "default", "FACE_VERIFY", options);
    expect(verifications.map((row) => row.id)).toContain(id);
  });

  test("by a system whose clock runs ahead counts from now", async () => {
    expect(await registered(givenRequest({ initializedAt: seconds(200) }))).toMatchObject({
      createdAt: NOW,
      expiresAt: seconds(1_800),
      nextCheckAt: seconds(60),
    });
  });

  test("without a user is nobody else's", async () => {
    const hashes = [await registered(givenRequest()), await registered(givenRequest())].map(
      (row) => row.merchantUserHash,
    );
    expect(new Set([...hashes, hashUser(PEPPER, "")]).size).toBe(3);
  });

  test("keeps the hash of its token for as long as a callback is in time, and the token nowhere", async () => {
    const callbackToken = `token-${fresh()}`;
    const row = await registered(givenRequest({ callbackToken }));
    expect(await findOpaqueTokens(db, [{ route: "default", tokenHash: opaqueTokenHash(callbackToken) }])).toEqual([
      {
        route: "default",
        tokenHash: opaqueTokenHash(callbackToken),
        verificationId: row.id,
        expiresAt: seconds(-10 + 1_800 + DEFAULT_POLICY.grace),
      },
    ]);
    expect(JSON.stringify(await findVerification(db, row.id))).not.toContain(callbackToken);
  });
});

describe("the same registration again", () => {
  test("gives the same record", async () => {
    const request = givenRequest({ callbackToken: fresh(), merchantUserId: "alice", expiresAt: seconds(600) });
    const first = await registered(request);
    expect(await register(request)).toEqual({ outcome: "repeated", verification: first });
    expect(await listTransitions(db, first.id)).toHaveLength(1);
  });

  test("gives it even when it could not be registered any more", async () => {
    const request = givenRequest({ callbackToken: fresh() });
    const { id } = await registered(request);
    const again = await register(request, { now: () => seconds(40 * 86_400), opaqueTokens: () => false });
    expect(again).toMatchObject({ outcome: "repeated", verification: { id } });
  });

  test("many times at once registers once", async () => {
    const request = givenRequest({ callbackToken: fresh() });
    const results = await Promise.all(Array.from({ length: 6 }, () => register(request)));
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(["registered", ...Array(5).fill("repeated")].sort());
  });
});

describe("a registration that another stands in the way of", () => {
  test.each<[string, Partial<RegisterRequest>]>([
    ["product", { product: "ID_OCR" }],
    ["transactionId", { transactionId: "another" }],
    ["merchantUserId", { merchantUserId: "bob" }],
    ["sceneCode", { sceneCode: "other" }],
    ["callbackToken", { callbackToken: "another" }],
    ["initializedAt", { initializedAt: seconds(-11) }],
    ["expiresAt", { expiresAt: seconds(700) }],
  ])("is a conflict when it has the same merchantBizId and another %s", async (_field, change) => {
    const request = givenRequest({
      callbackToken: fresh(),
      merchantUserId: "alice",
      sceneCode: "signup",
      expiresAt: seconds(600),
    });
    const { id: verificationId } = await registered(request);
    expect(await register({ ...request, ...change })).toEqual({
      outcome: "conflict",
      field: "merchantBizId",
      verificationId,
    });
  });

  test("is a conflict when it has the transaction of another session, started or registered", async () => {
    const { id, transactionId } = await givenVerification(db);
    const request = givenRequest({ transactionId: transactionId ?? "" });
    expect(await register(request)).toEqual({ outcome: "conflict", field: "transactionId", verificationId: id });
  });

  test("is a conflict when it has the token of another session", async () => {
    const callbackToken = fresh();
    const { id: verificationId } = await registered(givenRequest({ callbackToken }));
    const result = await register(givenRequest({ callbackToken }));
    expect(result).toEqual({ outcome: "conflict", field: "callbackToken", verificationId });
  });
});

test("a registration that cannot be is refused with every field at fault, and leaves nothing behind", async () => {
  const request = givenRequest({ initializedAt: seconds(-31 * 86_400), callbackToken: "secret-of-theirs" });
  const refused = await register(request, { opaqueTokens: () => false });
  expect(refused).toMatchObject({
    outcome: "invalid",
    faults: [{ field: "initializedAt" }, { field: "callbackToken" }],
  });
  expect(JSON.stringify(refused)).not.toContain("secret-of-theirs");
  expect(await register({ ...request, initializedAt: NOW })).toMatchObject({ outcome: "registered" });
});
