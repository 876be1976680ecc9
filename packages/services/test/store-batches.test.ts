import {
  type ClaimBatch,
  insertReceiptBatch,
  listReceiptBatches,
  loadEvidence,
  type NewReceipt,
  openDatabase,
  type Verification,
} from "@verdict/db";
import { receiptId } from "@verdict/domain";
import { givenVerification, standGate } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reconcileReceipts } from "../src/reconcile-receipts.ts";
import { type StoreDeps, storeBatches, storeQueuedClaims } from "../src/store-batches.ts";
import { overtaken, setup } from "./support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

/** Stands in for the packing of receivers, which is not known here. */
const pack = (batch: ClaimBatch): string => JSON.stringify(batch);

function unpack(packed: string): ClaimBatch {
  const { batchId, claims }: ClaimBatch = JSON.parse(packed);
  return { batchId, claims: claims.map((claim) => ({ ...claim, receivedAt: new Date(claim.receivedAt) })) };
}

/** A worker that writes down which batches it could do nothing with. */
function givenWorker(changes: Partial<StoreDeps> = {}) {
  const damaged: string[] = [];
  const deps: StoreDeps = { ...s.deps, unpack, onDamaged: (id) => void damaged.push(id), ...changes };
  return { deps, store: async (ids: readonly string[]) => (await storeBatches(deps, ids)).ids, damaged };
}

/** A callback of a session that nobody knows, unless told of which. */
function claimFor(verification?: Verification): NewReceipt {
  const { route, id: verificationId, transactionId } = verification ?? { id: s.newId(), route: "default" };
  const said = { route, verificationId, transactionId: transactionId ?? "tx" };
  const claim = { passed: true, subCode: "200" };
  return {
    ...said,
    ...claim,
    id: receiptId({ ...said, claim }),
    keyId: "k1",
    late: false,
    extra: null,
    receivedAt: s.now(),
  };
}

/** Commits a batch as a receiver would. */
async function givenBatch(...claims: NewReceipt[]): Promise<ClaimBatch> {
  const batch = { batchId: s.newId(), claims };
  await commit(batch);
  return batch;
}
const commit = (batch: ClaimBatch, packed = pack(batch)) =>
  insertReceiptBatch(s.db, { id: batch.batchId, packed, claims: batch.claims.length, dueAt: s.now() });

const idsOf = (...batches: ClaimBatch[]) => batches.flatMap(({ claims }) => claims.map(({ id }) => id));
const isLeft = async ({ batchId }: ClaimBatch) => (await listReceiptBatches(s.db, [batchId])).length === 1;
const receiptsOf = async (claim: NewReceipt) =>
  (await loadEvidence(s.db, { id: claim.verificationId, route: claim.route })).receipts;
const inbox = async (...ids: string[]) =>
  s.db.sql<{ later: boolean }[]>`
    select due_at > ${s.now().toISOString()}::timestamptz as later from receipt_inbox
    where receipt_id = any(${ids}::text[]::uuid[])`;

describe("a batch", () => {
  test("becomes receipts with all they say, which wait to be decided, and is gone", async () => {
    const claim = { ...claimFor(), passed: false, subCode: "205", late: true, extra: { shop: "42" } };
    const batch = await givenBatch(claim, claimFor());
    expect(await givenWorker().store([batch.batchId])).toEqual(idsOf(batch));

    expect(await receiptsOf(claim)).toMatchObject([
      {
        ...{ id: claim.id, passed: false, subCode: "205", late: true, extra: { shop: "42" }, keyId: "k1" },
        ...{ receivedAt: claim.receivedAt, sink: "postgres", copies: 0 },
      },
    ]);
    // Whoever stores them decides them at once; only then is it the sweep's turn.
    expect([...(await inbox(...idsOf(batch)))]).toEqual([{ later: true }, { later: true }]);
    expect(await isLeft(batch)).toBe(false);
  });

  test("is there until the very transaction that makes receipts of it is committed", async () => {
    const batch = await givenBatch(claimFor());
    const beforeEachStatement: unknown[] = [];
    const look = async () => beforeEachStatement.push([await isLeft(batch), (await inbox(...idsOf(batch))).length]);
    await givenWorker({ db: overtaken(s.db, look, 10) }).store([batch.batchId]);
    expect(new Set(beforeEachStatement.map(String))).toEqual(new Set(["true,0"]));
    expect([await isLeft(batch), (await inbox(...idsOf(batch))).length]).toEqual([false, 1]);
  });

  test("that is worked off twice changes nothing more", async () => {
    const verification = await givenVerification(s.db, { createdAt: s.now() });
    const claim = claimFor(verification);
    const batch = await givenBatch(claim, claim);
    const { store, damaged } = givenWorker();
    for (let run = 0; run < 2; run++) await reconcileReceipts(s.deps, await store([batch.batchId]));
    // The receiver's commit may come late, when all is done.
    await commit(batch);
    await reconcileReceipts(s.deps, await store([batch.batchId]));

    const evidence = await loadEvidence(s.db, verification);
    expect(evidence.receipts).toMatchObject([{ copies: 1 }]);
    expect(evidence.transitions).toHaveLength(1);
    expect(await inbox(claim.id)).toEqual([]);
    expect([await isLeft(batch), damaged]).toEqual([false, []]);
  });

  test("that several workers are at at once is stored once, with no copy", async () => {
    const batches = [];
    for (let count = 0; count < 5; count++) batches.push(await givenBatch(claimFor(), claimFor()));
    const ids = batches.map(({ batchId }) => batchId);
    const connections = Array.from({ length: 4 }, () => openDatabase(s.database.url, { max: 1 }));
    const workers = connections.map((db) => givenWorker({ db }));
    await Promise.all(workers.map(({ store }, index) => store(index % 2 ? ids : ids.toReversed())));

    for (const claim of batches.flatMap(({ claims }) => claims)) {
      expect(await receiptsOf(claim)).toMatchObject([{ id: claim.id, copies: 0 }]);
    }
    for (const batch of batches) expect(await isLeft(batch)).toBe(false);
    expect(workers.flatMap(({ damaged }) => damaged)).toEqual([]);
    await Promise.all(connections.map((db) => db.close()));
  });

  test("with a callback that came before counts a copy, and does not let it be decided again", async () => {
    const claim = claimFor();
    const first = await givenBatch(claim);
    await reconcileReceipts(s.deps, await givenWorker().store([first.batchId]));
    const again = await givenBatch(claim);
    expect(await givenWorker().store([again.batchId])).toEqual([claim.id]);
    expect(await receiptsOf(claim)).toMatchObject([{ copies: 1 }]);
    expect(await inbox(claim.id)).toEqual([]);
  });

  test("nobody knows (any more) is nothing to do", async () => {
    const { store, damaged } = givenWorker();
    expect([await store([s.newId()]), await store([]), damaged]).toEqual([[], [], []]);
  });
});

describe("several batches", () => {
  test("are stored in the order they were committed, whatever the order they are named in", async () => {
    const batches = [];
    for (let count = 0; count < 3; count++) batches.push(await givenBatch(claimFor()));
    const byId = batches.toSorted((a, b) => (a.batchId < b.batchId ? -1 : 1));
    const ids = byId.map(({ batchId }) => batchId);
    expect(await givenWorker().store(ids.toReversed())).toEqual(idsOf(...byId));
  });

  test("are stored in one statement", async () => {
    const batches = [
      await givenBatch(claimFor()),
      await givenBatch(claimFor(), claimFor()),
      await givenBatch(claimFor()),
    ];
    const statements: unknown[] = [];
    const db = overtaken(s.db, async () => void statements.push("sent"), 10);
    const ids = batches.map(({ batchId }) => batchId);
    expect((await givenWorker({ db }).store(ids)).toSorted()).toEqual(idsOf(...batches).toSorted());
    expect(statements).toHaveLength(1);
  });

  test("with the same callback: the later one is a copy, and not new", async () => {
    const claim = claimFor();
    const batches = [await givenBatch(claim), await givenBatch(claimFor(), claim), await givenBatch(claim, claimFor())];
    const { deps, damaged } = givenWorker();
    const { ids, newIds } = await storeBatches(
      deps,
      batches.map(({ batchId }) => batchId),
    );
    expect(ids.toSorted()).toEqual(idsOf(...batches).toSorted());
    expect(newIds.toSorted()).toEqual([...new Set(idsOf(...batches))].toSorted());
    expect(await receiptsOf(claim)).toMatchObject([{ copies: 2 }]);
    expect(damaged).toEqual([]);
  });

  test("one of which is damaged: it is reported and keeps its row, and holds up none of the others", async () => {
    const before = await givenBatch(claimFor());
    const garbled = { batchId: s.newId(), claims: [claimFor()] };
    await commit(garbled, "no batch at all");
    const unstorable = await givenBatch(claimFor(), { ...claimFor(), id: "no uuid" });
    const after = await givenBatch(claimFor());
    const ids = [before, garbled, unstorable, after].map(({ batchId }) => batchId);

    const { store, damaged } = givenWorker();
    expect((await store(ids)).toSorted()).toEqual(idsOf(before, after).toSorted());
    expect(damaged.toSorted()).toEqual([garbled.batchId, unstorable.batchId].toSorted());
    expect([await isLeft(garbled), await isLeft(unstorable)]).toEqual([true, true]);
    expect([await isLeft(before), await isLeft(after)]).toEqual([false, false]);
    expect(await inbox(...idsOf(garbled), ...idsOf(unstorable).slice(0, 1))).toEqual([]);
  });
});

describe("while Postgres is away", () => {
  test("no batch is blamed, the caller is told, and afterwards all is stored", async () => {
    const batches = [await givenBatch(claimFor()), await givenBatch(claimFor())];
    const ids = batches.map(({ batchId }) => batchId);
    const gate = await standGate(s.database.url);
    const db = openDatabase(gate.url, { max: 1 });
    const { store, damaged } = givenWorker({ db });
    await gate.shut();
    await expect(store(ids)).rejects.toThrow();

    await gate.open();
    expect((await store(ids)).toSorted()).toEqual(idsOf(...batches).toSorted());
    expect(damaged).toEqual([]);
    await db.close();
    await gate.shut();
  });

  test("from the middle of the work on, no batch is blamed either", async () => {
    const batches = [await givenBatch(claimFor()), await givenBatch(claimFor())];
    const gate = await standGate(s.database.url);
    const db = openDatabase(gate.url, { max: 1 });
    const ids = batches.map(({ batchId }) => batchId);
    const { store, damaged } = givenWorker({ db: overtaken(db, () => gate.shut()) });
    await expect(store(ids)).rejects.toThrow();
    for (const batch of batches) expect(await isLeft(batch)).toBe(true);

    await gate.open();
    expect(await store(ids)).toHaveLength(2);
    expect(damaged).toEqual([]);
    await db.close();
    await gate.shut();
  });
});

describe("claims that came by the queue", () => {
  test("become receipts once, however often the job runs", async () => {
    const verification = await givenVerification(s.db, { createdAt: s.now() });
    const batch = { batchId: s.newId(), claims: [claimFor(verification)] };
    for (let run = 0; run < 2; run++) await reconcileReceipts(s.deps, (await storeQueuedClaims(s.deps, batch)).ids);

    const evidence = await loadEvidence(s.db, verification);
    expect(evidence.receipts).toMatchObject([{ sink: "queue", copies: 0 }]);
    expect(evidence.transitions).toHaveLength(1);
  });

  test.each([["postgres", "queue"] as const, ["queue", "postgres"] as const])(
    "and by Postgres, too, are one receipt, by the %s, with no copy",
    async (first, second) => {
      const batch = await givenBatch(claimFor());
      const ways = {
        postgres: () => givenWorker().store([batch.batchId]),
        queue: () => storeQueuedClaims(s.deps, batch),
      };
      await ways[first]();
      await ways[second]();
      for (const claim of batch.claims) expect(await receiptsOf(claim)).toMatchObject([{ sink: first, copies: 0 }]);
      expect(await isLeft(batch)).toBe(false);
    },
  );
});
