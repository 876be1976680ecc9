import type { Verification } from "@verdict/db";
import { insertReceiptBatch, insertReceipts } from "@verdict/db";
import { givenVerification } from "@verdict/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkVerification } from "../src/check-verification.ts";
import { reconcileReceipts } from "../src/reconcile-receipts.ts";
import { type SweepDeps, sweep } from "../src/sweep.ts";
import { down, scriptedProvider, setup } from "./support.ts";

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
  const checks: string[] = [];
  const receipts: string[] = [];
  const batches: string[] = [];
  const deps: SweepDeps = {
    db: s.db,
    now: s.now,
    enqueueChecks: async (ids) => void checks.push(...ids),
    enqueueReceipts: async (ids) => void receipts.push(...ids),
    enqueueBatches: async (ids) => void batches.push(...ids),
    ...broken,
  };
  return { sweep: () => sweep(deps), checks, receipts, batches };
}

const givenDue = (nextCheckAt = s.now()): Promise<Verification> =>
  givenVerification(s.db, { createdAt: s.now(), nextCheckAt });

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

test("puts what is due on the queue and leaves alone what is not", async () => {
  const due = [await givenDue(), await givenDue(new Date(s.now().getTime() - 60_000))];
  await givenDue(new Date(s.now().getTime() + 1));
  await givenVerification(s.db, { status: "passed", createdAt: s.now(), nextCheckAt: null });
  const sweeper = givenSweeper();

  expect(await sweeper.sweep()).toEqual({ checks: 2, receipts: 0, batches: 0 });
  expect(sweeper.checks.toSorted()).toEqual(due.map((row) => row.id).toSorted());
});

test("does not put the same work on the queue again while it may still be waiting there", async () => {
  const { id } = await givenDue();
  const sweeper = givenSweeper();
  const [batchId] = await givenBatches(1);
  await sweeper.sweep();
  s.pass(LEASE_SECONDS - 1);
  expect(await sweeper.sweep()).toEqual({ checks: 0, receipts: 0, batches: 0 });
  expect([sweeper.checks, sweeper.batches]).toEqual([[id], [batchId]]);
});

test("finds work again that the queue has lost", async () => {
  const { id } = await givenDue();
  const [receiptId] = await givenReceipts(1);
  const [batchId] = await givenBatches(1);
  const sweeper = givenSweeper();
  await sweeper.sweep();
  s.pass(LEASE_SECONDS + 1);
  expect(await sweeper.sweep()).toEqual({ checks: 1, receipts: 1, batches: 1 });
  expect(sweeper.checks).toEqual([id, id]);
  expect(sweeper.receipts).toEqual([receiptId, receiptId]);
  expect(sweeper.batches).toEqual([batchId, batchId]);
});

test("finds a verification as soon as it is due again, whether or not the queue had it before", async () => {
  const verification = await givenDue();
  const sweeper = givenSweeper();
  await sweeper.sweep();
  const provider = scriptedProvider({ checkResult: [down] });
  await checkVerification({ ...s.deps, provider: () => provider.client }, verification.id);

  s.at((await s.reload(verification)).nextCheckAt ?? "never");
  expect((await sweeper.sweep()).checks).toBe(1);
});

test("finds the verification a callback has made due, although it was swept a moment before", async () => {
  const verification = await givenDue();
  const sweeper = givenSweeper();
  await sweeper.sweep();
  await reconcileReceipts({ ...s.deps, enqueueChecks: outage }, [
    await s.receive(verification, { passed: true, subCode: "200" }),
  ]);
  expect((await sweeper.sweep()).checks).toBe(1);
});

test("finds receipts the queue was never told of, and no decided ones", async () => {
  const verification = await givenDue(new Date(s.now().getTime() + 60_000));
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
  await givenDue();
  const fed: string[] = [];
  const sweeper = givenSweeper({
    enqueueBatches: async (ids) => void fed.push(...ids.map(() => "batch")),
    enqueueReceipts: async () => void fed.push("receipt"),
    enqueueChecks: async () => void fed.push("check"),
  });
  expect(await sweeper.sweep()).toEqual({ checks: 1, receipts: 1, batches: stranded.length });
  expect(fed).toEqual(["batch", "batch", "batch", "receipt", "check"]);
});

test("finds a batch no more that receipts were made of", async () => {
  const [batchId = ""] = await givenBatches(1);
  await insertReceipts(s.db, [], "postgres", s.now(), batchId);
  expect((await givenSweeper().sweep()).batches).toBe(0);
});

test("ten sweepers at once share the work: nothing is taken twice, nothing is left", async () => {
  const due = await Promise.all(Array.from({ length: 60 }, () => givenDue()));
  const stranded = await givenReceipts(60);
  const committed = await givenBatches(60);
  const sweepers = Array.from({ length: 10 }, () => givenSweeper());
  await Promise.all(sweepers.map((sweeper) => sweeper.sweep()));

  const checks = sweepers.flatMap((sweeper) => sweeper.checks);
  const receipts = sweepers.flatMap((sweeper) => sweeper.receipts);
  expect(checks.toSorted()).toEqual(due.map((row) => row.id).toSorted());
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
  const { id } = await givenDue();
  const [receiptId] = await givenReceipts(1);
  const [batchId] = await givenBatches(1);
  await expect(givenSweeper({ enqueueBatches: outage }).sweep()).rejects.toThrow("The queue is away.");
  await expect(givenSweeper({ enqueueChecks: outage }).sweep()).rejects.toThrow("The queue is away.");
  await expect(givenSweeper({ enqueueReceipts: outage, enqueueChecks: outage }).sweep()).resolves.toBeDefined();

  s.pass(LEASE_SECONDS + 1);
  const sweeper = givenSweeper();
  await sweeper.sweep();
  expect([sweeper.checks, sweeper.receipts, sweeper.batches]).toEqual([[id], [receiptId], [batchId]]);
});

test("finds nothing in an empty database", async () => {
  const sweeper = givenSweeper({ enqueueChecks: outage, enqueueReceipts: outage, enqueueBatches: outage });
  expect(await sweeper.sweep()).toEqual({ checks: 0, receipts: 0, batches: 0 });
});
