import { randomUUID, randomUUIDv7 } from "node:crypto";
import { findVerification, listGivenUp, loadEvidence } from "@verdict/db";
import { receiptId } from "@verdict/domain";
import { migrateQueue, openQueue, packClaims, type Queue, reconcileReceipts } from "@verdict/queue";
import { giveUpJob, redriveWork } from "@verdict/services";
import { createTestDatabase, givenVerification, type TestDatabase, until } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { handleReconcile } from "../src/handlers.ts";

let database: TestDatabase;
let queue: Queue;
beforeAll(async () => {
  database = await createTestDatabase();
  await migrateQueue(database.url);
  queue = openQueue({ url: database.url });
});
afterAll(async () => {
  await queue.close();
  await database.drop();
});

const common = () => ({ db: database.db, now: () => new Date(), newId: randomUUIDv7 });

/** Puts a job back as the API does. */
const redrive = (dryRun: boolean) => {
  const jobs = {
    takesJob: (name: string, payload: unknown) =>
      name === reconcileReceipts.name && reconcileReceipts.payload.safeParse(payload).success,
    enqueueJob: (_: string, payload: unknown) =>
      queue.enqueue(reconcileReceipts, reconcileReceipts.payload.parse(payload)),
  };
  return redriveWork({ ...common(), ...jobs }, { filter: {}, dryRun, by: "ann", reason: "mended", limit: 10 });
};

test("the claims of a job that was given up become receipts when it is put back", async () => {
  const verification = await givenVerification(database.db);
  const said = {
    ...{ route: verification.route, verificationId: verification.id, transactionId: verification.transactionId ?? "" },
    claim: { passed: true, subCode: "200" },
  };
  const claim = {
    ...{ ...said, ...said.claim, id: receiptId(said), keyId: "k1", late: false, extra: { shop: "42" } },
    receivedAt: new Date("2026-03-01T10:05:00.123Z"),
  };
  const claims = packClaims({ batchId: randomUUID(), claims: [claim] });

  const hopeless = queue.work(
    reconcileReceipts,
    async () => ({ kind: "give_up", reason: 'Failed query: insert\nparams: "alice"' }),
    { onGivenUp: (job) => giveUpJob(common(), job) },
  );
  await queue.enqueue(reconcileReceipts, { claims });
  const [given] = await until(async () => {
    const found = await listGivenUp(database.db, {}, { limit: 10 });
    return found.length > 0 && found;
  });
  await hopeless.close();
  expect(given).toMatchObject({ kind: "job", queue: "receipts.reconcile", reason: "Failed query: insert", times: 1 });
  expect(given?.payloadSizes).toEqual({ claims: JSON.stringify(claims).length });
  expect((await loadEvidence(database.db, verification)).receipts).toEqual([]);

  const onPoison = (id: string, error: unknown) => expect([id, error]).toBeNull();
  const deps = { ...common(), ring: async () => {}, onAlert: () => {}, onPoison, onDamaged: onPoison };
  const mended = queue.work(reconcileReceipts, (payload) => handleReconcile(deps, payload));
  expect(await redrive(true)).toEqual({ matched: 1, redriven: 0, dryRun: true });
  expect(await redrive(false)).toEqual({ matched: 1, redriven: 1, dryRun: false });
  await until(async () => (await findVerification(database.db, verification.id))?.status === "claimed");
  expect((await loadEvidence(database.db, verification)).receipts).toMatchObject([
    { id: claim.id, sink: "queue", extra: { shop: "42" }, receivedAt: claim.receivedAt, copies: 0 },
  ]);
  expect(await redrive(true)).toMatchObject({ matched: 0 });
  await mended.close();
});
