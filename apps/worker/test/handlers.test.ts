import { randomUUID, randomUUIDv7 } from "node:crypto";
import {
  type Db,
  findVerification,
  insertReceiptBatch,
  insertReceipts,
  listReceiptBatches,
  loadEvidence,
  openDatabase,
  type Verification,
} from "@verdict/db";
import { receiptId } from "@verdict/domain";
import { packClaims, type UnpackedClaim } from "@verdict/queue";
import {
  createTestDatabase,
  type Gate,
  givenVerification,
  standGate,
  type TestDatabase,
  until,
} from "@verdict/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { handleReconcile } from "../src/handlers.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** The worker's own way to Postgres, which a test can shut. */
let gate: Gate;
let db: Db;
beforeEach(async () => {
  gate = await standGate(database.url);
  db = openDatabase(gate.url, { max: 2 });
});
afterEach(async () => {
  await db.close();
  await gate.shut();
});

const done = { kind: "done" };
const later = { kind: "retry_in", ms: expect.any(Number) };

/** What the worker's main.ts passes on. */
function givenWorker() {
  const rung: string[] = [];
  const poison: string[] = [];
  const damaged: string[] = [];
  const deps = {
    db,
    now: () => new Date(),
    newId: randomUUIDv7,
    ring: async (routes: readonly string[]) => void rung.push(...routes),
    onPoison: (id: string) => void poison.push(id),
    onDamaged: (id: string) => void damaged.push(id),
    onAlert: () => {},
  };
  return { deps, rung, poison, damaged };
}

/** A callback as the queue carries it. */
function claimFor(verification: Verification, changes: Partial<UnpackedClaim> = {}): UnpackedClaim {
  const said = {
    route: verification.route,
    verificationId: verification.id,
    transactionId: verification.transactionId ?? "",
  };
  return {
    ...said,
    id: receiptId({ ...said, claim: { passed: true, subCode: "200" } }),
    passed: true,
    subCode: "200",
    keyId: "k1",
    late: false,
    receivedAt: new Date("2026-03-01T10:05:00.123Z"),
    extra: null,
    ...changes,
  };
}

/** The same as the job has it. */
const packed = (...claims: UnpackedClaim[]) => ({ claims: packClaims({ batchId: randomUUID(), claims }) });

/** A callback as a row, with its id. */
async function givenReceipt(verification: Verification): Promise<string> {
  const claim = claimFor(verification);
  await insertReceipts(database.db, [claim], "postgres", new Date());
  return claim.id;
}

/** Callbacks as a receiver committed them, by the id of their batch. */
async function givenBatch(...claims: UnpackedClaim[]): Promise<string> {
  const id = randomUUIDv7();
  const packed = packClaims({ batchId: id, claims });
  await insertReceiptBatch(database.db, { id, packed, claims: claims.length, dueAt: new Date() });
  return id;
}

const reload = ({ id }: Verification) => findVerification(database.db, id);
const waitingBatches = async (ids: readonly string[]) =>
  (await listReceiptBatches(database.db, ids)).map(({ id }) => id);
const evidenceOf = (verification: Verification) => loadEvidence(database.db, verification);

describe("a reconcile job", () => {
  test("with ids decides those receipts and asks for a check", async () => {
    const verification = await givenVerification(database.db);
    const worker = givenWorker();
    expect(await handleReconcile(worker.deps, { receiptIds: [await givenReceipt(verification)] })).toEqual(done);
    expect(await reload(verification)).toMatchObject({ status: "claimed" });
    expect(worker.rung).toEqual([verification.route]);
  });

  test("with claims makes receipts of them first, with all they say", async () => {
    const verification = await givenVerification(database.db);
    const claim = claimFor(verification, { extra: { shop: "42" }, late: true });
    expect(await handleReconcile(givenWorker().deps, packed(claim))).toEqual(done);
    expect(await reload(verification)).toMatchObject({ status: "claimed" });
    expect((await evidenceOf(verification)).receipts).toMatchObject([
      {
        id: claim.id,
        sink: "queue",
        extra: { shop: "42" },
        late: true,
        keyId: "k1",
        receivedAt: new Date("2026-03-01T10:05:00.123Z"),
      },
    ]);
  });

  test("with batches makes receipts of the callbacks in them first, and decides those", async () => {
    const [one, other] = [await givenVerification(database.db), await givenVerification(database.db)];
    const batchIds = [
      await givenBatch(claimFor(one, { extra: { shop: "42" }, late: true })),
      await givenBatch(claimFor(other), claimFor(other)),
    ];
    const worker = givenWorker();
    expect(await handleReconcile(worker.deps, { batchIds })).toEqual(done);

    for (const verification of [one, other]) expect(await reload(verification)).toMatchObject({ status: "claimed" });
    expect(worker.rung).toEqual(["default"]);
    expect((await evidenceOf(one)).receipts).toMatchObject([
      {
        sink: "postgres",
        copies: 0,
        extra: { shop: "42" },
        late: true,
        receivedAt: new Date("2026-03-01T10:05:00.123Z"),
      },
    ]);
    expect((await evidenceOf(other)).receipts).toMatchObject([{ sink: "postgres", copies: 1 }]);
    expect(await waitingBatches(batchIds)).toEqual([]);
  });

  test("with a batch that is damaged decides the others, says which it was, and leaves it", async () => {
    const verification = await givenVerification(database.db);
    const damaged = randomUUIDv7();
    await insertReceiptBatch(database.db, { id: damaged, packed: "no claims", claims: 1, dueAt: new Date() });
    const batchIds = [damaged, await givenBatch(claimFor(verification))];
    const worker = givenWorker();
    expect(await handleReconcile(worker.deps, { batchIds })).toEqual(done);
    expect(await reload(verification)).toMatchObject({ status: "claimed" });
    expect(worker.damaged).toEqual([damaged]);
    expect(await waitingBatches(batchIds)).toEqual([damaged]);
  });

  test("may carry all three, or nothing", async () => {
    const [one, other, third] = [
      await givenVerification(database.db),
      await givenVerification(database.db),
      await givenVerification(database.db),
    ];
    const { deps } = givenWorker();
    const batchIds = [await givenBatch(claimFor(third))];
    const payload = { receiptIds: [await givenReceipt(one)], batchIds, ...packed(claimFor(other)) };
    expect(await handleReconcile(deps, payload)).toEqual(done);
    for (const verification of [one, other, third]) {
      expect(await reload(verification)).toMatchObject({ status: "claimed" });
    }
    expect(await handleReconcile(deps, {})).toEqual(done);
  });

  /** A job of each kind for the same callback. */
  const jobs = {
    claims: async (verification: Verification) => packed(claimFor(verification)),
    batchIds: async (verification: Verification) => ({ batchIds: [await givenBatch(claimFor(verification))] }),
    receiptIds: async (verification: Verification) => ({ receiptIds: [await givenReceipt(verification)] }),
  };
  const kinds = ["claims", "batchIds", "receiptIds"] as const;

  test.each(kinds)("with %s that runs five times at once, and then again, changes nothing more", async (kind) => {
    const verification = await givenVerification(database.db);
    const { deps } = givenWorker();
    const payload = await jobs[kind](verification);
    await Promise.all(Array.from({ length: 5 }, () => handleReconcile(deps, payload)));
    const before = await reload(verification);
    expect(before).toMatchObject({ status: "claimed" });
    await handleReconcile(deps, payload);
    expect(await reload(verification)).toEqual(before);
    const { receipts, transitions, discrepancies } = await evidenceOf(verification);
    expect(receipts).toMatchObject([{ copies: 0 }]);
    expect([receipts.length, transitions.length, discrepancies.length]).toEqual([1, 1, 0]);
  });

  test.each(kinds)("with %s waits while Postgres is away, at no cost, and is done when it is back", async (kind) => {
    const verification = await givenVerification(database.db);
    const payload = await jobs[kind](verification);
    const worker = givenWorker();

    await gate.shut();
    expect(await handleReconcile(worker.deps, payload)).toEqual(later);
    expect([worker.poison, worker.damaged]).toEqual([[], []]);

    await gate.open();
    await until(async () => (await handleReconcile(worker.deps, payload)).kind === "done");
    expect(await reload(verification)).toMatchObject({ status: "claimed" });
  });

  test("with many claims, as a night without Postgres leaves them, stores and decides them all", async () => {
    const verifications = await Promise.all(Array.from({ length: 12 }, () => givenVerification(database.db)));
    const worker = givenWorker();
    const claims = verifications.map((verification) => claimFor(verification));
    expect(await handleReconcile(worker.deps, packed(...claims))).toEqual(done);
    for (const [index, verification] of verifications.entries()) {
      expect(await reload(verification)).toMatchObject({ status: "claimed" });
      expect((await evidenceOf(verification)).receipts).toMatchObject([{ id: claims[index]?.id, sink: "queue" }]);
    }
    expect(worker.rung).toEqual(["default"]);
  });

  test("with claims that Postgres has already, since its write was only late, stores none twice", async () => {
    const verification = await givenVerification(database.db);
    const id = await givenReceipt(verification);
    expect(await handleReconcile(givenWorker().deps, packed(claimFor(verification)))).toEqual(done);
    expect((await evidenceOf(verification)).receipts).toMatchObject([{ id, sink: "postgres" }]);
  });

  test("with a letter no store can keep stores the callback without it", async () => {
    const verification = await givenVerification(database.db);
    const claim = claimFor(verification, { extra: { "shop\0": "\ud800" } });
    expect(await handleReconcile(givenWorker().deps, packed(claim))).toEqual(done);
    expect((await evidenceOf(verification)).receipts).toMatchObject([{ extra: { "shop\uFFFD": "\uFFFD" } }]);
  });

  test("that is damaged costs an attempt", async () => {
    const { deps } = givenWorker();
    await expect(handleReconcile(deps, { claims: "no claims" })).rejects.toThrow();
    const broken = {
      batchId: randomUUID(),
      since: 0,
      from: [["default", "k1"]],
      rows: [[0, "no uuid", "tx", "Y200", 0, 0, null]],
    };
    await expect(handleReconcile(deps, { claims: JSON.stringify(broken) })).rejects.toThrow();
  });
});
