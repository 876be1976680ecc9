import { randomUUIDv7 } from "node:crypto";
import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  countGivenUp,
  type Db,
  findGivenUp,
  findGivenUpJob,
  forgetTries,
  type GivenUpFilter,
  insertReceiptBatch,
  insertReceipts,
  leaseDueBatches,
  leaseDueReceipts,
  listGivenUp,
  listRedrivable,
  loadUndecided,
  markJobRedriven,
  RECEIPT_TRIES,
  recordGivenUp,
  redriveStored,
} from "../src/index.ts";
import type { NewGivenUp } from "../src/record-given-up.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

const NOON = new Date("2026-03-01T12:00:00.000Z");
const seconds = (count: number) => new Date(NOON.getTime() + count * 1_000);

/** A receipt that waits for its decision. */
async function givenReceipt(route = "default"): Promise<string> {
  const id = randomUUIDv7();
  const said = { route, verificationId: randomUUIDv7(), transactionId: "tx", passed: true, subCode: "200" };
  await insertReceipts(
    db,
    [{ id, ...said, keyId: "k1", late: false, extra: null, receivedAt: NOON }],
    "postgres",
    NOON,
  );
  return id;
}

async function givenBatch(): Promise<string> {
  const id = randomUUIDv7();
  await insertReceiptBatch(db, { id, packed: "damaged", claims: 1, dueAt: NOON });
  return id;
}

const record = (work: Pick<NewGivenUp, "kind" | "reference"> & Partial<NewGivenUp>) =>
  recordGivenUp(db, { id: randomUUIDv7(), reason: "it broke", at: NOON, ...work });

/** As often as it takes for a receipt to be given up, the last time at `at`. */
async function givenUpReceipt(changes: Partial<NewGivenUp> = {}, route?: string): Promise<string> {
  const reference = await givenReceipt(route);
  for (let time = 0; time < RECEIPT_TRIES; time++) await record({ kind: "receipt", reference, ...changes });
  return reference;
}

const openRow = async (reference: string) => {
  const [row] = (await listGivenUp(db, {}, { limit: 1_000 })).filter((row) => row.reference === reference);
  return row;
};
const idOf = async (reference: string) => (await openRow(reference))?.id ?? "";
const action = (by = "ann") => ({ by, at: seconds(60), reason: "mended", subject: "all", matched: 1 });
const due = async (now: Date) => [
  ...(await leaseDueReceipts(db, now, seconds(3_600), 1_000)),
  ...(await leaseDueBatches(db, now, seconds(3_600), 1_000)),
];

describe("a receipt that cannot be decided", () => {
  test("is shown to nobody and stays in the sweep until its last try fails", async () => {
    const reference = await givenReceipt();
    for (let times = 1; times < RECEIPT_TRIES; times++) {
      expect(await record({ kind: "receipt", reference })).toBe(times);
      expect(await openRow(reference)).toBeUndefined();
    }
    expect(await loadUndecided(db, [reference])).toHaveLength(1);
    expect(await record({ kind: "receipt", reference, at: seconds(9), reason: "at last" })).toBe(RECEIPT_TRIES);
    expect(await openRow(reference)).toMatchObject({
      ...{ kind: "receipt", route: "default", times: RECEIPT_TRIES, reason: "at last", queue: null },
      ...{
        verificationId: expect.any(String),
        firstAt: NOON,
        lastAt: seconds(9),
        redrivenAt: null,
        payloadSizes: null,
      },
    });
    expect(await due(seconds(3_000))).not.toContain(reference);
  });

  test("does not break the batch of others when its callback comes again", async () => {
    const [poison, good] = [await givenUpReceipt(), await givenReceipt()];
    const loaded = await loadUndecided(db, [poison, good]);
    expect(loaded.map(({ receipt }) => receipt.id)).toEqual([good]);
  });

  test("but was decided meanwhile, by somebody else, is nothing to record", async () => {
    expect(await record({ kind: "receipt", reference: randomUUIDv7() })).toBeNull();
    expect(await record({ kind: "batch", reference: randomUUIDv7() })).toBeNull();
  });

  test("and was decided after all leaves no trace of its tries for long", async () => {
    const [lucky, poison] = [await givenReceipt("lucky"), await givenUpReceipt()];
    await record({ kind: "receipt", reference: lucky });
    expect(await forgetTries(db, NOON)).toBe(0);
    expect(await forgetTries(db, seconds(1))).toBeGreaterThan(0);
    expect(await openRow(poison)).toBeDefined();
    expect(await record({ kind: "receipt", reference: lucky })).toBe(1);
  });
});

test("a damaged batch is given up at once, once, and leaves the sweep; a redrive brings it back", async () => {
  const reference = await givenBatch();
  expect([await record({ kind: "batch", reference }), await record({ kind: "batch", reference })]).toEqual([1, 2]);
  expect(await openRow(reference)).toMatchObject({ kind: "batch", times: 2 });
  expect(await due(seconds(3_000))).not.toContain(reference);

  const id = await idOf(reference);
  expect(await redriveStored(db, [id], action())).toEqual([id]);
  expect(await due(seconds(60))).toContain(reference);
  await insertReceipts(db, [], "postgres", NOON, reference);
  expect(await db.sql`select 1 from receipt_batches where id = ${reference}`).toHaveLength(0);
});

test("a job keeps what it carried, and lists show only how long that is", async () => {
  const payload = { claims: "x".repeat(1_000), receiptIds: [] };
  await record({ kind: "job", reference: "receipts:1", job: { queue: "receipts", payload } });
  const row = await openRow("receipts:1");
  expect(row).toMatchObject({ queue: "receipts", payloadSizes: { claims: 1_002, receiptIds: 2 } });
  expect(row).not.toHaveProperty("payload");
  expect(await findGivenUpJob(db, row?.id ?? "")).toEqual({ queue: "receipts", payload });

  const marks = await Promise.all(["ann", "bob"].map((by) => markJobRedriven(db, row?.id ?? "", by, NOON)));
  expect(marks.toSorted()).toEqual([false, true]);
});

test("a job may have carried anything", async () => {
  for (const [index, payload] of [null, "text\0", 7, [1], undefined].entries()) {
    await record({ kind: "job", reference: `odd:${index}`, job: { queue: "odd", payload: payload ?? null } });
    expect(await openRow(`odd:${index}`)).toMatchObject({ payloadSizes: null });
  }
});

describe("a redrive", () => {
  test("at the same time as another takes each piece of work once", async () => {
    const references = [await givenUpReceipt(), await givenUpReceipt(), await givenBatch()];
    await record({ kind: "batch", reference: references[2] ?? "" });
    const ids = await Promise.all(references.map(idOf));
    const taken = await Promise.all(["ann", "bob"].map((by) => redriveStored(db, ids, action(by))));
    expect(taken.flat().toSorted()).toEqual(ids.toSorted());
    expect((await due(seconds(60))).toSorted()).toEqual(expect.arrayContaining(references.toSorted()));
  });

  test("says who did it and why", async () => {
    const id = await idOf(await givenUpReceipt());
    await redriveStored(db, [id], { ...action("cleo"), subject: id });
    expect(await findGivenUp(db, id)).toMatchObject({ redrivenAt: seconds(60), redrivenBy: "cleo" });
    expect([...(await db.sql`select action, subject, reason, after from human_actions where actor = 'cleo'`)]).toEqual([
      { action: "work.redrive", subject: id, reason: "mended", after: { matched: 1 } },
    ]);
  });

  test("gives a receipt all its tries again, and a record of its own", async () => {
    const reference = await givenUpReceipt();
    const id = await idOf(reference);
    await redriveStored(db, [id], action());
    expect(await record({ kind: "receipt", reference })).toBe(1);
    expect(await loadUndecided(db, [reference])).toHaveLength(1);
    for (let time = 1; time < RECEIPT_TRIES; time++) await record({ kind: "receipt", reference });
    const rows = (await listGivenUp(db, {}, { limit: 1_000 })).filter((row) => row.reference === reference);
    expect(rows.map(({ redrivenBy }) => redrivenBy).toSorted()).toEqual(["ann", null]);
  });
});

describe("the list", () => {
  test("goes page by page through every row once, newest first, also where all were given up at once", async () => {
    const route = randomUUIDv7();
    for (const at of [0, 0, 5, -5, 0]) await givenUpReceipt({ at: seconds(at) }, route);
    const whole = await listGivenUp(db, { route }, { limit: 100 });
    expect(whole.map(({ lastAt }) => lastAt)).toEqual([5, 0, 0, 0, -5].map(seconds));
    const seen = [];
    let after: { openedAt: Date; id: string } | undefined;
    do {
      const page: typeof whole = await listGivenUp(db, { route }, { limit: 2, after });
      seen.push(...page);
      const last = page.at(-1);
      after = last && { openedAt: last.lastAt, id: last.id };
    } while (after);
    expect(seen).toEqual(whole);
  });

  test("holds what fits, and the count and the redrive agree with it", async () => {
    const route = randomUUIDv7();
    await givenUpReceipt({ reason: "23514 a constraint" }, route);
    await givenUpReceipt({ at: seconds(10) }, route);
    const done = await idOf(await givenUpReceipt({ at: seconds(20) }, route));
    await redriveStored(db, [done], action());
    const all = await listGivenUp(db, { route }, { limit: 100 });
    const cases: [GivenUpFilter, number][] = [
      [{}, 3],
      [{ status: "open" }, 2],
      [{ status: "redriven" }, 1],
      [{ kind: "receipt" }, 3],
      [{ kind: "batch" }, 0],
      [{ reasonContains: "A CONSTRAINT" }, 1],
      [{ reasonContains: "%" }, 0],
      [{ from: seconds(10) }, 2],
      [{ to: seconds(10) }, 2],
      [{ from: seconds(1), to: seconds(10) }, 1],
      [{ ids: [done] }, 1],
      [{ ids: all.map(({ id }) => id), status: "open" }, 2],
      [{ ids: ["no id"] }, 0],
      [{ ids: [] }, 0],
    ];
    for (const [filter, found] of cases) {
      const listed = await listGivenUp(db, { route, ...filter }, { limit: 100 });
      expect([filter, listed.length, await countGivenUp(db, { route, ...filter })]).toEqual([filter, found, found]);
      const open = listed.filter(({ redrivenAt }) => redrivenAt === null).map(({ id }) => id);
      const redrivable = await listRedrivable(db, { route, ...filter, status: undefined }, { limit: 100 });
      if (filter.status !== "redriven") expect(redrivable.map(({ id }) => id)).toEqual(open.toReversed());
      const [after] = redrivable;
      expect(await listRedrivable(db, { route, ...filter }, { limit: 100, after })).toEqual(redrivable.slice(1));
    }
  });

  test.each([randomUUIDv7(), "7", "' or true"])("knows nothing of %s", async (id) => {
    expect(await findGivenUp(db, id)).toBeNull();
  });
});
