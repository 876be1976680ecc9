import { randomUUIDv7 } from "node:crypto";
import { type Db, findVerification, insertReceipts, loadEvidence, openDatabase, type Verification } from "@verdict/db";
import { DEFAULT_POLICY, receiptId } from "@verdict/domain";
import { createProviderClient } from "@verdict/provider";
import type { ReceiptClaim } from "@verdict/queue";
import {
  createTestDatabase,
  type Gate,
  givenVerification,
  standGate,
  type TestDatabase,
  until,
} from "@verdict/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { handleCheck, handleReconcile } from "../src/handlers.ts";

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
  const enqueued: string[] = [];
  const poison: string[] = [];
  const asked: string[] = [];
  const nowhere = { endpoint: "http://127.0.0.1:9", accessKeyId: "id", accessKeySecret: "secret" };
  const facts = { httpStatus: 200, code: "Success", message: "success", requestId: "R-1" };
  const provider = {
    ...createProviderClient(nowhere),
    checkResult: async ({ transactionId }: { transactionId: string }) => {
      asked.push(transactionId);
      return { ...facts, kind: "ok" as const, result: { passed: "Y", subCode: "200" } };
    },
  };
  const deps = {
    db,
    now: () => new Date(),
    newId: randomUUIDv7,
    random: Math.random,
    policy: DEFAULT_POLICY,
    provider: () => provider,
    enqueueChecks: async (ids: readonly string[]) => void enqueued.push(...ids),
    onPoison: (id: string) => void poison.push(id),
  };
  return { deps, enqueued, poison, asked };
}

/** A callback as the queue carries it. */
function claimFor(verification: Verification, changes: Partial<ReceiptClaim> = {}): ReceiptClaim {
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
    receivedAt: "2026-03-01T10:05:00.123Z",
    ...changes,
  };
}

/** A callback as a row, with its id. */
async function givenReceipt(verification: Verification): Promise<string> {
  const claim = claimFor(verification);
  const receipt = { ...claim, extra: null, receivedAt: new Date(claim.receivedAt) };
  await insertReceipts(database.db, [receipt], "postgres", new Date());
  return claim.id;
}

const reload = ({ id }: Verification) => findVerification(database.db, id);
const evidenceOf = (verification: Verification) => loadEvidence(database.db, verification);

describe("a reconcile job", () => {
  test("with ids decides those receipts and asks for a check", async () => {
    const verification = await givenVerification(database.db);
    const worker = givenWorker();
    expect(await handleReconcile(worker.deps, { receiptIds: [await givenReceipt(verification)] })).toEqual(done);
    expect(await reload(verification)).toMatchObject({ status: "claimed" });
    expect(worker.enqueued).toEqual([verification.id]);
  });

  test("with claims makes receipts of them first, with all they say", async () => {
    const verification = await givenVerification(database.db);
    const claim = claimFor(verification, { extra: { shop: "42" }, late: true });
    expect(await handleReconcile(givenWorker().deps, { claims: [claim] })).toEqual(done);
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

  test("may carry both, or nothing", async () => {
    const [one, other] = [await givenVerification(database.db), await givenVerification(database.db)];
    const { deps } = givenWorker();
    const payload = { receiptIds: [await givenReceipt(one)], claims: [claimFor(other)] };
    expect(await handleReconcile(deps, payload)).toEqual(done);
    for (const verification of [one, other]) expect(await reload(verification)).toMatchObject({ status: "claimed" });
    expect(await handleReconcile(deps, {})).toEqual(done);
  });

  test("that runs twice, or five times at once, changes nothing more", async () => {
    const verification = await givenVerification(database.db);
    const { deps } = givenWorker();
    const payload = { claims: [claimFor(verification)] };
    await handleReconcile(deps, payload);
    const before = await reload(verification);
    await Promise.all(Array.from({ length: 5 }, () => handleReconcile(deps, payload)));
    expect(await reload(verification)).toEqual(before);
    const { receipts, transitions, discrepancies } = await evidenceOf(verification);
    expect([receipts.length, transitions.length, discrepancies.length]).toEqual([1, 1, 0]);
  });

  test.each(["claims", "receiptIds"] as const)(
    "with %s waits while Postgres is away, at no cost, and is done when it is back",
    async (kind) => {
      const verification = await givenVerification(database.db);
      const payload =
        kind === "claims" ? { claims: [claimFor(verification)] } : { receiptIds: [await givenReceipt(verification)] };
      const worker = givenWorker();

      await gate.shut();
      expect(await handleReconcile(worker.deps, payload)).toEqual(later);
      expect(worker.poison).toEqual([]);

      await gate.open();
      await until(async () => (await handleReconcile(worker.deps, payload)).kind === "done");
      expect(await reload(verification)).toMatchObject({ status: "claimed" });
    },
  );

  test("that fails for another reason costs an attempt", async () => {
    const verification = await givenVerification(database.db);
    const broken = claimFor(verification, { id: "no uuid" });
    await expect(handleReconcile(givenWorker().deps, { claims: [broken] })).rejects.toThrow(/uuid/);
  });
});

const silent = { warn: () => {} };

describe("a check job", () => {
  const due = () => givenVerification(database.db, { nextCheckAt: new Date() });

  test("asks the provider and settles the verification", async () => {
    const verification = await due();
    const worker = givenWorker();
    expect(await handleCheck(worker.deps, { verificationId: verification.id }, silent)).toEqual(done);
    expect(worker.asked).toEqual([verification.transactionId]);
    expect(await reload(verification)).toMatchObject({ status: "passed" });
  });

  test("that comes twice asks once", async () => {
    const verification = await due();
    const worker = givenWorker();
    for (let run = 0; run < 2; run++) {
      expect(await handleCheck(worker.deps, { verificationId: verification.id }, silent)).toEqual(done);
    }
    expect(worker.asked).toHaveLength(1);
  });

  test("for a route that is not configured here asks nobody and says so", async () => {
    const verification = await due();
    const said: unknown[] = [];
    const deps = { ...givenWorker().deps, provider: () => null };
    const log = { warn: (details: unknown) => void said.push(details) };
    expect(await handleCheck(deps, { verificationId: verification.id }, log)).toEqual(done);
    expect(said).toEqual([{ verificationId: verification.id }]);
  });

  test("for a verification that does not exist is done", async () => {
    expect(await handleCheck(givenWorker().deps, { verificationId: randomUUIDv7() }, silent)).toEqual(done);
  });

  test("waits while Postgres is away, at no cost, and asks nobody", async () => {
    const verification = await due();
    const worker = givenWorker();
    await gate.shut();
    expect(await handleCheck(worker.deps, { verificationId: verification.id }, silent)).toEqual(later);
    expect(worker.asked).toEqual([]);

    await gate.open();
    await until(
      async () => (await handleCheck(worker.deps, { verificationId: verification.id }, silent)).kind === "done",
    );
    expect(await reload(verification)).toMatchObject({ status: "passed" });
  });

  test("that fails for another reason costs an attempt", async () => {
    const verification = await due();
    const provider = () => {
      throw new Error("a bug");
    };
    const { deps } = givenWorker();
    const job = handleCheck({ ...deps, provider }, { verificationId: verification.id }, silent);
    await expect(job).rejects.toThrow("a bug");
  });
});
