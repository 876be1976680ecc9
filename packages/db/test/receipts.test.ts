import { randomUUID, randomUUIDv7 } from "node:crypto";
import { createTestDatabase, givenVerification, type TestDatabase, until } from "@verdict/testkit";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Db,
  insertReceiptBatch,
  insertReceipts,
  leaseDueReceipts,
  listReceiptBatches,
  type NewReceipt,
  openDatabase,
  recordMalformedCallback,
  takeDueChecks,
} from "../src/index.ts";
import { malformedCallbacks, receiptCopies, receiptInbox, receipts } from "../src/schema.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

const NOON = new Date("2026-03-01T12:00:00.000Z");
const DUE = new Date("2026-03-01T12:00:05.000Z");
const seconds = (count: number) => new Date(NOON.getTime() + count * 1_000);

const givenReceipt = (changes: Partial<NewReceipt> = {}): NewReceipt => ({
  id: randomUUIDv7(),
  route: "default",
  verificationId: randomUUIDv7(),
  transactionId: "hks-1",
  passed: true,
  subCode: "200",
  keyId: "k1",
  late: false,
  extra: null,
  receivedAt: NOON,
  ...changes,
});

const insert = (batch: readonly NewReceipt[], on = db) => insertReceipts(on, batch, "postgres", DUE);

/** The one row of a table that belongs to a receipt. */
const receiptRow = async ({ id }: NewReceipt) => (await db.orm.select().from(receipts).where(eq(receipts.id, id)))[0];
const inboxRow = async ({ id }: NewReceipt) =>
  (await db.orm.select().from(receiptInbox).where(eq(receiptInbox.receiptId, id)))[0];
const copiesOf = async ({ id }: NewReceipt) =>
  (await db.orm.select().from(receiptCopies).where(eq(receiptCopies.receiptId, id)))[0];

/** The row of a batch whose receipts are not stored yet. What it holds does not matter here. */
async function givenBatch(): Promise<string> {
  const id = randomUUID();
  await insertReceiptBatch(db, { id, packed: "packed", claims: 1, dueAt: DUE });
  return id;
}
const hasBatch = async (id: string) => (await listReceiptBatches(db, [id])).length === 1;

describe("a batch", () => {
  test("is stored with all it says, and waits to be decided", async () => {
    const receipt = givenReceipt({ extra: { shop: "42 & more", ünï: "✓" }, late: true, passed: false, subCode: "205" });
    expect(await insert([receipt])).toEqual({ storedIds: [receipt.id] });

    expect(await receiptRow(receipt)).toEqual({ ...receipt, sink: "postgres", batchId: expect.any(String) });
    expect(await inboxRow(receipt)).toEqual({ receiptId: receipt.id, dueAt: DUE });
    expect(await copiesOf(receipt)).toBeUndefined();
  });

  test("may be empty", async () => {
    expect(await insert([])).toEqual({ storedIds: [] });
  });

  test("may be large", async () => {
    const batch = Array.from({ length: 1_000 }, () => givenReceipt());
    const { storedIds } = await insert(batch);
    expect(storedIds.toSorted()).toEqual(batch.map((receipt) => receipt.id).toSorted());
  });

  test("that holds the same callback three times stores one and counts two copies", async () => {
    const first = givenReceipt({ receivedAt: seconds(2) });
    const copies = [
      { ...first, receivedAt: seconds(1), extra: { came: "first" } },
      { ...first, receivedAt: seconds(3) },
    ];
    const { storedIds } = await insert([first, ...copies]);
    expect(storedIds).toEqual([first.id]);
    expect(await copiesOf(first)).toMatchObject({ copies: 2 });
    // The one that came first is the receipt.
    expect(await receiptRow(first)).toMatchObject({ receivedAt: seconds(1), extra: { came: "first" } });
  });

  test("of new, known and doubled callbacks stores the new ones and counts the rest", async () => {
    const known = givenReceipt();
    await insert([known]);
    const fresh = givenReceipt();
    const doubled = givenReceipt();
    const { storedIds } = await insert([known, fresh, doubled, known, doubled]);

    expect(storedIds.toSorted()).toEqual([fresh.id, doubled.id].toSorted());
    expect((await copiesOf(known))?.copies).toBe(2);
    expect((await copiesOf(doubled))?.copies).toBe(1);
    expect(await copiesOf(fresh)).toBeUndefined();
  });

  test("with letters that Postgres does not keep holds up nobody in it", async () => {
    const odd = givenReceipt({ extra: { odd: "nothing\0at all, and half a letter \ud83d" } });
    const good = givenReceipt();
    expect((await insert([odd, good])).storedIds).toHaveLength(2);
    expect(await receiptRow(odd)).toMatchObject({ extra: { odd: "nothing\uFFFDat all, and half a letter \uFFFD" } });
  });

  test("is written whole or not at all", async () => {
    const good = givenReceipt();
    await expect(insert([good, givenReceipt({ id: "no uuid" })])).rejects.toThrow();
    expect(await receiptRow(good)).toBeUndefined();
  });
});

describe("the row that held a batch", () => {
  test("leaves when its receipts are stored, and no other row does", async () => {
    const [batchId, other] = [await givenBatch(), await givenBatch()];
    await insertReceipts(db, [givenReceipt()], "postgres", DUE, batchId);
    expect([await hasBatch(batchId), await hasBatch(other)]).toEqual([false, true]);
  });

  test("leaves also when all of them had come by the queue before", async () => {
    const receipt = givenReceipt();
    const batchId = await givenBatch();
    await insertReceipts(db, [receipt], "queue", DUE, batchId);
    await insertReceiptBatch(db, { id: batchId, packed: "committed late", claims: 1, dueAt: DUE });
    expect(await insertReceipts(db, [receipt], "postgres", DUE, batchId)).toEqual({ storedIds: [] });
    expect(await hasBatch(batchId)).toBe(false);
    expect(await copiesOf(receipt)).toBeUndefined();
  });

  test("stays when they cannot be stored", async () => {
    const batchId = await givenBatch();
    const batch = [givenReceipt(), givenReceipt({ id: "no uuid" })];
    await expect(insertReceipts(db, batch, "postgres", DUE, batchId)).rejects.toThrow();
    expect(await hasBatch(batchId)).toBe(true);
  });
});

describe("a copy", () => {
  test("that comes later is counted, with the time of the last one, and changes nothing else", async () => {
    const receipt = givenReceipt();
    await insert([receipt]);
    for (const second of [10, 30, 20])
      await insert([{ ...receipt, receivedAt: seconds(second), extra: { again: "yes" } }]);

    expect(await copiesOf(receipt)).toMatchObject({ copies: 3, lastAt: seconds(30) });
    expect(await receiptRow(receipt)).toMatchObject({ receivedAt: NOON, extra: null });
  });

  test("of a decided receipt does not put it back into the inbox", async () => {
    const receipt = givenReceipt();
    await insert([receipt]);
    await db.sql`delete from receipt_inbox where receipt_id = ${receipt.id}`;
    await insert([receipt]);
    expect(await inboxRow(receipt)).toBeUndefined();
  });

  test("is none when the same batch comes again, from the other store or a job that runs twice", async () => {
    const [once, twice] = [givenReceipt(), givenReceipt()];
    const batch = [once, twice, twice];
    const batchId = randomUUID();
    expect((await insertReceipts(db, batch, "postgres", DUE, batchId)).storedIds).toHaveLength(2);
    expect(await insertReceipts(db, batch, "queue", DUE, batchId)).toEqual({ storedIds: [] });
    expect((await copiesOf(once))?.copies).toBeUndefined();
    expect((await copiesOf(twice))?.copies).toBe(1);

    const later = randomUUID();
    for (let run = 0; run < 2; run++) await insertReceipts(db, [once, twice], "queue", DUE, later);
    expect((await copiesOf(once))?.copies).toBe(1);
    expect((await copiesOf(twice))?.copies).toBe(2);
  });

  test("by the other store leaves the receipt as it was", async () => {
    const receipt = givenReceipt();
    await insertReceipts(db, [receipt], "queue", DUE);
    await insert([receipt]);
    expect(await receiptRow(receipt)).toMatchObject({ sink: "queue" });
    expect((await copiesOf(receipt))?.copies).toBe(1);
  });
});

describe("several connections at once", () => {
  test("with the same callback store it once and count every other", async () => {
    const receipt = givenReceipt();
    const connections = Array.from({ length: 6 }, () => openDatabase(database.url, { max: 1 }));
    const results = await Promise.all(connections.map((connection) => insert([receipt], connection)));

    expect(results.flatMap(({ storedIds }) => storedIds)).toEqual([receipt.id]);
    expect((await copiesOf(receipt))?.copies).toBe(5);
    expect(await inboxRow(receipt)).toBeDefined();
    await Promise.all(connections.map((connection) => connection.close()));
  });

  const waitingForALock = async () => {
    const waiting = await db.sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return waiting.length;
  };

  test("one of which has not committed yet: the other waits, and then counts a copy", async () => {
    const receipt = givenReceipt();
    const inserting = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const first = db.sql.begin(async (sql) => {
      await insert([receipt], { ...db, sql: sql as unknown as Db["sql"] });
      inserting.resolve();
      await commit.promise;
    });
    await inserting.promise;
    const second = insert([receipt]);
    // It hangs on the first one's row; only then is the first one committed.
    await until(async () => (await waitingForALock()) > 0);
    commit.resolve();
    await first;
    expect(await second).toEqual({ storedIds: [] });
    expect((await copiesOf(receipt))?.copies).toBe(1);
  });

  test.each(["postgres", "queue"] as const)(
    "with the same batch, one of which has not committed yet: the other, by the %s, counts nothing",
    async (sink) => {
      const [once, twice] = [givenReceipt(), givenReceipt()];
      const batchId = await givenBatch();
      const inserting = Promise.withResolvers<void>();
      const commit = Promise.withResolvers<void>();
      const first = db.sql.begin(async (sql) => {
        const inside = { ...db, sql: sql as unknown as Db["sql"] };
        await insertReceipts(inside, [once, twice, twice], "postgres", DUE, batchId);
        inserting.resolve();
        await commit.promise;
      });
      await inserting.promise;
      const second = insertReceipts(db, [once, twice, twice], sink, DUE, batchId);
      await until(async () => (await waitingForALock()) > 0);
      commit.resolve();
      await first;
      expect(await second).toEqual({ storedIds: [] });
      expect(await receiptRow(once)).toMatchObject({ sink: "postgres" });
      expect(await copiesOf(once)).toBeUndefined();
      expect((await copiesOf(twice))?.copies).toBe(1);
      expect(await hasBatch(batchId)).toBe(false);
    },
  );

  test("with the same later batch count each copy in it once", async () => {
    const receipt = givenReceipt();
    await insert([receipt]);
    const batchId = randomUUID();
    const connections = Array.from({ length: 6 }, () => openDatabase(database.url, { max: 1 }));
    await Promise.all(connections.map((own) => insertReceipts(own, [receipt, receipt], "queue", DUE, batchId)));
    expect((await copiesOf(receipt))?.copies).toBe(2);
    await Promise.all(connections.map((connection) => connection.close()));
  });

  test("with overlapping batches in any order end without a deadlock, and nothing is lost or counted twice", async () => {
    const shared = Array.from({ length: 40 }, () => givenReceipt());
    const batches = Array.from({ length: 8 }, (_, index) => {
      const own = Array.from({ length: 10 }, () => givenReceipt());
      const turned = [...shared.slice(index * 5), ...shared.slice(0, index * 5)];
      return [...(index % 2 ? turned : turned.toReversed()), ...own];
    });
    const connections = batches.map(() => openDatabase(database.url, { max: 1 }));
    const results = await Promise.all(batches.map((batch, index) => insert(batch, connections[index] ?? db)));
    const storedIds = results.flatMap((result) => result.storedIds);
    expect(storedIds).toHaveLength(40 + 8 * 10);
    expect(new Set(storedIds).size).toBe(storedIds.length);
    for (const receipt of shared) expect((await copiesOf(receipt))?.copies).toBe(7);
    await Promise.all(connections.map((connection) => connection.close()));
  });
});

describe("the inbox", () => {
  test("gives each receipt that is due to one who asks, until its time comes again", async () => {
    const past = new Date("2020-01-01T00:00:00.000Z");
    const receipt = givenReceipt();
    await insertReceipts(db, [receipt], "postgres", past);
    const until = new Date(past.getTime() + 15_000);
    const lease = async (now: Date) => {
      const leased = await leaseDueReceipts(db, now, until, 10_000);
      return leased.filter((id) => id === receipt.id);
    };

    const both = await Promise.all([lease(past), lease(past)]);
    expect(both.flat()).toEqual([receipt.id]);
    expect(await lease(new Date(until.getTime() - 1))).toEqual([]);
    expect(await lease(until)).toEqual([receipt.id]);
  });
});

test("what is due but held by somebody's unfinished transaction is waited for by nobody", async () => {
  const now = new Date("2019-01-01T00:00:00.000Z");
  const [held, free] = [givenReceipt(), givenReceipt()];
  await insertReceipts(db, [held, free], "postgres", now);
  const route = randomUUIDv7();
  const [heldRow, freeRow] = [
    await givenVerification(db, { route, nextCheckAt: now }),
    await givenVerification(db, { route, nextCheckAt: now }),
  ];
  await db.sql.begin(async (sql) => {
    await sql`select 1 from receipt_inbox where receipt_id = ${held.id} for update`;
    await sql`select 1 from verifications where id = ${heldRow.id} for update`;
    // A lease that waited for the rows above would wait for this very test.
    expect(await leaseDueReceipts(db, now, DUE, 10)).toEqual([free.id]);
    const until = new Date(now.getTime() + 1_000);
    const taken = await takeDueChecks(db, route, "FACE_VERIFY", { now, until, most: 10, limited: false });
    expect(taken.verifications.map(({ id }) => id)).toEqual([freeRow.id]);
  });
});

test("nonsense under a genuine token is one row per session and reason, with a count", async () => {
  const callback = { route: "default", verificationId: randomUUIDv7(), reason: "passed is missing", at: NOON };
  await recordMalformedCallback(db, callback);
  await recordMalformedCallback(db, { ...callback, at: seconds(9) });
  await recordMalformedCallback(db, { ...callback, reason: "subcode is missing" });
  const rows = await db.orm
    .select()
    .from(malformedCallbacks)
    .where(eq(malformedCallbacks.verificationId, callback.verificationId))
    .orderBy(malformedCallbacks.reason);
  expect(rows).toMatchObject([
    { reason: "passed is missing", times: 2, firstAt: NOON, lastAt: seconds(9) },
    { reason: "subcode is missing", times: 1, firstAt: NOON, lastAt: NOON },
  ]);
});
