import { randomBytes, randomUUIDv7 } from "node:crypto";
import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Db, insertReceiptBatch, leaseDueBatches, listReceiptBatches, openDatabase } from "../src/index.ts";
import type { ReceiptBatch } from "../src/receipt-batches.ts";

/** A lease sees the whole table, so each test has one of its own. */
let database: TestDatabase;
let db: Db;
beforeEach(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterEach(() => database.drop());

const NOON = new Date("2026-03-01T12:00:00.000Z");
const seconds = (count: number) => new Date(NOON.getTime() + count * 1_000);

async function givenBatch(changes: Partial<ReceiptBatch> = {}): Promise<ReceiptBatch> {
  const batch = { id: randomUUIDv7(), packed: "as the receiver packed it", claims: 3, dueAt: NOON, ...changes };
  await insertReceiptBatch(db, batch);
  return batch;
}

describe("a batch", () => {
  test("is kept as it is, however long", async () => {
    const batch = await givenBatch({ packed: randomBytes(500_000).toString("base64"), claims: 256 });
    expect(await listReceiptBatches(db, [batch.id])).toEqual([batch]);
  });

  test("that comes again changes nothing", async () => {
    const batch = await givenBatch();
    await givenBatch({ id: batch.id, packed: "something else", claims: 1, dueAt: seconds(9) });
    expect(await listReceiptBatches(db, [batch.id])).toEqual([batch]);
  });

  test("from six connections at once is one", async () => {
    const batch = { id: randomUUIDv7(), packed: "packed", claims: 1, dueAt: NOON };
    const connections = Array.from({ length: 6 }, () => openDatabase(database.url, { max: 1 }));
    await Promise.all(connections.map((connection) => insertReceiptBatch(connection, batch)));
    expect(await listReceiptBatches(db, [batch.id])).toEqual([batch]);
    await Promise.all(connections.map((connection) => connection.close()));
  });

  test("of no claims is refused: there would be nothing to answer 200 for", async () => {
    await expect(givenBatch({ claims: 0 })).rejects.toThrow("receipt_batches_claims_check");
  });
});

describe("batches are listed", () => {
  test("by id, which begins with the time, whatever the order they are asked for in", async () => {
    const batches = [await givenBatch(), await givenBatch(), await givenBatch()];
    const ids = batches.map(({ id }) => id).toSorted();
    const listed = await listReceiptBatches(db, ids.toReversed());
    expect(listed.map(({ id }) => id)).toEqual(ids);
  });

  test("without those that are not there (any more), and without those nobody asked for", async () => {
    const wanted = await givenBatch();
    await givenBatch();
    expect(await listReceiptBatches(db, [randomUUIDv7(), wanted.id, wanted.id])).toEqual([wanted]);
    expect(await listReceiptBatches(db, [])).toEqual([]);
  });
});

describe("a sweep", () => {
  const MANY = 10_000;

  test("is given each batch that is due, alone, until its time comes again", async () => {
    const { id } = await givenBatch();
    const lease = (now: Date) => leaseDueBatches(db, now, seconds(15), MANY);
    expect(await lease(seconds(-1))).toEqual([]);

    const both = await Promise.all([lease(NOON), lease(NOON)]);
    expect(both.flat()).toEqual([id]);
    expect(await lease(seconds(14))).toEqual([]);
    expect(await leaseDueBatches(db, seconds(15), seconds(30), MANY)).toEqual([id]);
  });

  test("takes the oldest first, and no more than it asked for", async () => {
    const late = await givenBatch({ dueAt: seconds(-1) });
    const oldest = await givenBatch({ dueAt: seconds(-3) });
    const old = await givenBatch({ dueAt: seconds(-2) });
    const first = await leaseDueBatches(db, NOON, seconds(15), 2);
    expect(first.toSorted()).toEqual([oldest.id, old.id].toSorted());
    expect(await leaseDueBatches(db, NOON, seconds(15), 2)).toEqual([late.id]);
  });

  test("waits for nobody who is at a batch", async () => {
    const [held, free] = [await givenBatch(), await givenBatch()];
    await db.sql.begin(async (sql) => {
      await sql`select 1 from receipt_batches where id = ${held.id} for update`;
      // A lease that waited for that row would wait for this very test.
      expect(await leaseDueBatches(db, NOON, seconds(15), MANY)).toEqual([free.id]);
    });
  });

  test("leaves what a batch holds alone", async () => {
    const batch = await givenBatch();
    await leaseDueBatches(db, NOON, seconds(15), MANY);
    expect(await listReceiptBatches(db, [batch.id])).toEqual([{ ...batch, dueAt: seconds(15) }]);
  });
});
