import { insertReceiptBatch, insertReceipts } from "@verdict/db";
import { givenVerification } from "@verdict/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { reconcileReceipts } from "../src/reconcile-receipts.ts";
import { type SweepDeps, sweep } from "../src/sweep.ts";
import { setup } from "./support.ts";

/** A sweep sees the whole database, so each test has one of its own. */
let s: Awaited<ReturnType<typeof setup>>;
beforeEach(async () => {
  s = await setup();
});
afterEach(() => s.database.drop());

/** How long swept work counts as being on the queue. */
const LEASE_SECONDS = 15;

/** A sweeper whose queue writes down what it was given. */
function givenSweeper(broken: Partial<SweepDeps> = {}) {
  const receipts: string[] = [];
  const batches: string[] = [];
  const deps: SweepDeps = {
    db: s.db,
    now: s.now,
    enqueueReceipts: async (ids) => void receipts.push(...ids),
    enqueueBatches: async (ids) => void batches.push(...ids),
    ...broken,
  };
  return { sweep: () => sweep(deps), receipts, batches };
}

async function givenReceipts(count: number, dueAt = s.now()): Promise<string[]> {
  const batch = Array.from({ length: count }, () => ({
    id: s.newId(),
    route: "default",
    verificationId: s.newId(),
    transactionId: "tx",
    passed: true,
    subCode: "200",
    keyId: "k1",
    late: false,
    extra: null,
    receivedAt: s.now(),
  }));
  await insertReceipts(s.db, batch, "postgres", dueAt);
  return batch.map((receipt) => receipt.id);
}

async function givenBatches(count: number, dueAt = s.now()): Promise<string[]> {
  const ids = Array.from({ length: count }, () => s.newId());
  for (const id of ids) await insertReceiptBatch(s.db, { id, packed: "packed", claims: 1, dueAt });
  return ids;
}

const outage = async (): Promise<void> => {
  throw new Error("The queue is away.");
};

test("does not put the same work on the queue again while it may still be waiting there", async () => {
  const [receiptId] = await givenReceipts(1);
  const [batchId] = await givenBatches(1);
  const sweeper = givenSweeper();
  await sweeper.sweep();
  s.pass(LEASE_SECONDS - 1);
  expect(await sweeper.sweep()).toEqual({ receipts: 0, batches: 0 });
  expect([sweeper.receipts, sweeper.batches]).toEqual([[receiptId], [batchId]]);
});

test("finds work again that the queue has lost", async () => {
  const [receiptId] = await givenReceipts(1);
  const [batchId] = await givenBatches(1);
  const sweeper = givenSweeper();
  await sweeper.sweep();
  s.pass(LEASE_SECONDS + 1);
  expect(await sweeper.sweep()).toEqual({ receipts: 1, batches: 1 });
  expect(sweeper.receipts).toEqual([receiptId, receiptId]);
  expect(sweeper.batches).toEqual([batchId, batchId]);
});

test("finds receipts the queue was never told of, and no decided ones", async () => {
  const verification = await givenVerification(s.db, { createdAt: s.now() });
  await reconcileReceipts(s.deps, [await s.receive(verification, { passed: true, subCode: "200" })]);
  const stranded = await givenReceipts(3);
  await givenReceipts(1, new Date(s.now().getTime() + 5_000));
  const sweeper = givenSweeper();

  expect((await sweeper.sweep()).receipts).toBe(3);
  expect(sweeper.receipts.toSorted()).toEqual(stranded.toSorted());
});

test("finds batches no receipts were made of, and feeds them before anything else", async () => {
  const stranded = await givenBatches(3);
  await givenBatches(1, new Date(s.now().getTime() + 1));
  await givenReceipts(1);
  const fed: string[] = [];
  const sweeper = givenSweeper({
    enqueueBatches: async (ids) => void fed.push(...ids.map(() => "batch")),
    enqueueReceipts: async () => void fed.push("receipt"),
  });
  expect(await sweeper.sweep()).toEqual({ receipts: 1, batches: stranded.length });
  expect(fed).toEqual(["batch", "batch", "batch", "receipt"]);
});

test("finds a batch no more that receipts were made of", async () => {
  const [batchId = ""] = await givenBatches(1);
  await insertReceipts(s.db, [], "postgres", s.now(), batchId);
  expect((await givenSweeper().sweep()).batches).toBe(0);
});

test("ten sweepers at once share the work: nothing is taken twice, nothing is left", async () => {
  const stranded = await givenReceipts(60);
  const committed = await givenBatches(60);
  const sweepers = Array.from({ length: 10 }, () => givenSweeper());
  await Promise.all(sweepers.map((sweeper) => sweeper.sweep()));

  const receipts = sweepers.flatMap((sweeper) => sweeper.receipts);
  expect(receipts.toSorted()).toEqual(stranded.toSorted());
  expect(sweepers.flatMap((sweeper) => sweeper.batches).toSorted()).toEqual(committed.toSorted());
});

test("takes everything that is due, never more at a time than one job may carry", async () => {
  const stranded = await givenReceipts(1_101);
  const sizes: number[] = [];
  const sweeper = givenSweeper({ enqueueReceipts: async (ids) => void sizes.push(ids.length) });
  expect((await sweeper.sweep()).receipts).toBe(stranded.length);
  expect(sizes).toEqual([500, 500, 101]);
});

test("takes the oldest first", async () => {
  const stranded = await givenReceipts(500, new Date(s.now().getTime() - 1_000));
  const [oldest] = await givenReceipts(1, new Date(s.now().getTime() - 2_000));
  const batches: (readonly string[])[] = [];
  await givenSweeper({ enqueueReceipts: async (ids) => void batches.push(ids) }).sweep();
  expect(batches.map((ids) => ids.length)).toEqual([500, 1]);
  expect(batches[0]).toContain(oldest);
  expect(stranded).toContain(batches[1]?.[0]);
});

test("says so when the queue rejects, and finds the work again after its lease", async () => {
  const [receiptId] = await givenReceipts(1);
  const [batchId] = await givenBatches(1);
  await expect(givenSweeper({ enqueueBatches: outage }).sweep()).rejects.toThrow("The queue is away.");
  await expect(givenSweeper({ enqueueReceipts: outage }).sweep()).rejects.toThrow("The queue is away.");
  await expect(givenSweeper({ enqueueReceipts: outage, enqueueBatches: outage }).sweep()).resolves.toBeDefined();

  s.pass(LEASE_SECONDS + 1);
  const sweeper = givenSweeper();
  await sweeper.sweep();
  expect([sweeper.receipts, sweeper.batches]).toEqual([[receiptId], [batchId]]);
});

test("finds nothing in an empty database", async () => {
  const sweeper = givenSweeper({ enqueueReceipts: outage, enqueueBatches: outage });
  expect(await sweeper.sweep()).toEqual({ receipts: 0, batches: 0 });
});
