import { randomUUIDv7 } from "node:crypto";
import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createVerification,
  type Db,
  findByMerchantBizId,
  findVerification,
  findVerifications,
  isTransactionTaken,
  leaseVerification,
  releaseVerification,
  releaseVerifications,
  snapshotOf,
  yieldTransaction,
} from "../src/index.ts";
import type { Intent } from "../src/verifications.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

const NOW = new Date("2026-03-01T12:00:00.000Z");
const later = (ms: number) => new Date(NOW.getTime() + ms);

const givenIntent = (changes: Partial<Intent> = {}): Intent => ({
  id: randomUUIDv7(),
  route: "default",
  product: "FACE_VERIFY",
  merchantBizId: randomUUIDv7().replaceAll("-", ""),
  merchantUserHash: "0".repeat(32),
  sceneCode: null,
  requestHash: "0".repeat(64),
  createdAt: NOW,
  expiresAt: later(1_800_000),
  nextCheckAt: later(1_920_000),
  askingUntil: later(45_000),
  ...changes,
});

describe("an intent", () => {
  test("is written once per route and merchantBizId, however many try at once", async () => {
    const intent = givenIntent();
    const created = await Promise.all(
      Array.from({ length: 10 }, () => createVerification(db, { ...intent, id: randomUUIDv7() })),
    );
    const [winner, ...others] = created.filter((row) => row !== null);
    expect(others).toEqual([]);
    expect(await findByMerchantBizId(db, "default", intent.merchantBizId)).toEqual(winner);
    expect(winner).toMatchObject({ status: "initializing", version: 0, updatedAt: NOW });
  });

  test("of the same name on another route is another one", async () => {
    const intent = givenIntent();
    expect(await createVerification(db, intent)).not.toBeNull();
    expect(await createVerification(db, { ...intent, id: randomUUIDv7(), route: "branch" })).not.toBeNull();
    expect(await findByMerchantBizId(db, "elsewhere", intent.merchantBizId)).toBeNull();
  });

  test("under an id that is taken is an error, never somebody else's record", async () => {
    const intent = givenIntent();
    await createVerification(db, intent);
    await expect(createVerification(db, givenIntent({ id: intent.id }))).rejects.toThrow();
  });
});

describe("the right to ask", () => {
  const lease = (id: string, now: Date) => leaseVerification(db, id, now, new Date(now.getTime() + 30_000));

  test("goes to one of ten who want it at once", async () => {
    const { id } = await givenVerification(db);
    const leased = await Promise.all(Array.from({ length: 10 }, () => lease(id, NOW)));
    expect(leased.filter((row) => row !== null)).toHaveLength(1);
  });

  test("lapses when its time is up", async () => {
    const { id } = await givenVerification(db);
    expect(await lease(id, NOW)).toMatchObject({ id, askingUntil: later(30_000) });
    expect(await lease(id, later(30_000))).toBeNull();
    expect(await lease(id, later(30_001))).not.toBeNull();
  });

  test("can be given back, and takes no version", async () => {
    const before = await givenVerification(db);
    await lease(before.id, NOW);
    await releaseVerification(db, before.id);
    expect(await findVerification(db, before.id)).toEqual(before);
  });

  test("can be given back for several at once, with the moment of the next question", async () => {
    const [one, two] = [await givenVerification(db), await givenVerification(db)];
    for (const { id } of [one, two]) await lease(id, NOW);
    await releaseVerifications(db, [one.id, two.id], later(1_000));
    const given = { askingUntil: null, nextCheckAt: later(1_000) };
    expect(await findVerifications(db, [one.id, two.id])).toMatchObject([given, given]);
  });

  test("cannot be had for a verification that does not exist", async () => {
    expect(await lease(randomUUIDv7(), NOW)).toBeNull();
  });
});

test("a transaction belongs to one verification of a route", async () => {
  const { transactionId } = await givenVerification(db);
  await expect(givenVerification(db, { transactionId })).rejects.toMatchObject({
    constraint_name: "verifications_route_transaction_id_unique",
  });
  await expect(givenVerification(db, { transactionId, route: "branch" })).resolves.toBeDefined();
});

describe("a transaction that another verification holds", () => {
  const newTransaction = () => `hks-${randomUUIDv7()}`;
  const discrepanciesOf = async (verificationId: string) =>
    db.sql`select type from discrepancies where verification_id = ${verificationId}`;

  test("is told apart from every other error", async () => {
    const { transactionId } = await givenVerification(db);
    const taken = await givenVerification(db, { transactionId }).catch((error: unknown) => error);
    const { id } = await givenVerification(db, { status: "passed" });
    const other = await db.sql`update verifications set passed = false where id = ${id}`.catch(
      (error: unknown) => error,
    );
    expect([isTransactionTaken(taken), isTransactionTaken(other), isTransactionTaken(null)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("is taken from one that only a callback had given it to, whose decisions under way are then lost", async () => {
    const transactionId = newTransaction();
    const impostor = await givenVerification(db, { transactionId, transactionSource: "callback" });
    await yieldTransaction(db, { route: "default", transactionId, owner: randomUUIDv7(), at: NOW });
    expect(await findVerification(db, impostor.id)).toMatchObject({
      transactionId: null,
      transactionSource: null,
      version: impostor.version + 1,
    });
    expect([...(await discrepanciesOf(impostor.id))]).toEqual([{ type: "transaction_mismatch" }]);
    const raised = await db.sql`select rule, severity from alerts where verification_id = ${impostor.id}`;
    expect([...raised]).toEqual([{ rule: "discrepancy.transaction_mismatch", severity: "critical" }]);
  });

  test("is left with its owner, with one the provider told it to, and on other routes", async () => {
    const transactionId = newTransaction();
    const told = await givenVerification(db, { transactionId });
    const elsewhere = await givenVerification(db, { transactionId, transactionSource: "callback", route: "branch" });
    const own = await givenVerification(db, { transactionSource: "callback" });
    await yieldTransaction(db, { route: "default", transactionId, owner: randomUUIDv7(), at: NOW });
    await yieldTransaction(db, { route: "default", transactionId: own.transactionId ?? "", owner: own.id, at: NOW });
    for (const row of [told, elsewhere, own]) {
      expect(await findVerification(db, row.id)).toEqual(row);
      expect(await discrepanciesOf(row.id)).toHaveLength(0);
    }
  });
});

test("decisions see a claim and a result only when there is one", async () => {
  const row = await givenVerification(db);
  expect(snapshotOf(row)).toMatchObject({ claim: null, result: null });
  expect(snapshotOf({ ...row, claimPassed: false, claimSubCode: "205" }).claim).toEqual({
    passed: false,
    subCode: "205",
  });
  expect(snapshotOf({ ...row, passed: true, subCode: null }).result).toEqual({ passed: true, subCode: null });
});
