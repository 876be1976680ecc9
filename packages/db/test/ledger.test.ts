import { hash, randomUUIDv7 } from "node:crypto";
import { readFile } from "node:fs/promises";
import { alertOnDiscrepancy, GENESIS, GONE, readLines } from "@verdict/domain";
import { createTestDatabase, givenEvidence, type TestDatabase, until } from "@verdict/testkit";
import { getTableConfig, type PgTable } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type EvidenceKey, hashEvidence } from "../src/hash-evidence.ts";
import {
  acknowledgeAlert,
  closeDiscrepancy,
  createRegistered,
  type Db,
  findLedgerHead,
  insertReceipts,
  type NewReceipt,
  raiseAlert,
  readLedger,
  resolveAlert,
  sealBatch,
  settle,
} from "../src/index.ts";
import { checks, humanActions, receipts, transitions } from "../src/schema.ts";

const AT = new Date("2026-03-01T12:00:00.123Z");

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

beforeEach(async () => {
  await db.sql.begin(async (sql) => {
    await sql`set local verdict.erasing = 'on'`;
    await sql`truncate verifications, receipts, receipt_inbox, human_actions, alerts, discrepancies, seals, unsealed cascade`;
  });
});

const waiting = async () =>
  (await db.sql<{ rows: EvidenceKey[] }[]>`select rows from unsealed order by id`).map(({ rows }) => rows);
const sealsNow = () => readLedger(db, (ledger) => ledger.listSeals(0, 1_000));
const actionsOn = (subject: string) =>
  db.sql`select actor, action, reason, route, before, after from human_actions where subject = ${subject} order by id`;

const givenReceipt = (): NewReceipt => ({
  ...{ id: randomUUIDv7(), route: "default", verificationId: randomUUIDv7(), transactionId: "hks-1", passed: true },
  ...{ subCode: "200", keyId: "k1", late: false, extra: null, receivedAt: AT },
});
const insert = (...batch: NewReceipt[]) => insertReceipts(db, batch, "postgres", AT);

describe("what is written is listed to be sealed", () => {
  test("new receipts once, in one row for their batch; copies not at all", async () => {
    const [first, second, third] = [givenReceipt(), givenReceipt(), givenReceipt()];
    await insert(first, second, second);
    await insert(first, second);
    await insert(third, first);
    const [one = [], two, ...more] = await waiting();
    expect(new Set(one.map(([kind, key]) => `${kind} ${key}`))).toEqual(
      new Set([`receipt ${first.id}`, `receipt ${second.id}`]),
    );
    expect(one).toHaveLength(2);
    expect(two).toEqual([["receipt", third.id]]);
    expect(more).toEqual([]);
  });

  test("checks and transitions in one row for their settlement; a lost decision leaves only its checks", async () => {
    const keys = await givenEvidence(db);
    const settled = (await waiting())[1] ?? [];
    expect(settled.toSorted()).toEqual([
      ["check", keys.checks],
      ["transition", keys.transitions],
    ]);

    const before = await waiting();
    const [move] = await db.orm.select().from(transitions);
    const [check] = await db.orm.select().from(checks);
    if (!move || !check) throw new Error("There is no evidence.");
    const late = { ...check, id: randomUUIDv7() };
    const lost = { changes: [], transitions: [{ ...move, version: 9 }], discrepancies: [], receipts: [] };
    await settle(db, { ...lost, checks: [late, check] }, AT);
    await settle(db, { ...lost, checks: [check] }, AT);
    expect(await waiting()).toEqual([...before, [["check", late.id]]]);
  });

  test("the first transition of a registered session", async () => {
    const id = randomUUIDv7();
    await createRegistered(db, {
      ...{ id, route: "default", product: "FACE_VERIFY", merchantBizId: "b-1", transactionId: "hks-9" },
      ...{ merchantUserHash: "0".repeat(32), requestHash: "0".repeat(64), sceneCode: null, opaqueToken: null },
      ...{ createdAt: AT, expiresAt: AT, nextCheckAt: AT, registeredAt: AT, actor: "api-key" },
    });
    expect(await waiting()).toEqual([[["transition", `${id}/1`]]]);
  });
});

describe("what people do is on record, and listed to be sealed", () => {
  const by = { by: "ann", at: AT, reason: "our own test" };

  async function givenAlert(): Promise<string> {
    const id = randomUUIDv7();
    await raiseAlert(db, {
      ...{
        id,
        rule: "provider.parked",
        severity: "critical",
        route: "shop",
        verificationId: null,
        detail: "x",
        at: AT,
      },
    });
    return id;
  }

  test("acknowledging and resolving an alert, once each", async () => {
    const id = await givenAlert();
    await acknowledgeAlert(db, id, "ann", AT, "on it");
    await acknowledgeAlert(db, id, "bob", AT);
    await resolveAlert(db, id, by);
    await resolveAlert(db, id, { ...by, by: "bob" });
    await acknowledgeAlert(db, id, "bob", AT);
    const action = { actor: "ann", route: "shop" };
    expect([...(await actionsOn(id))]).toEqual([
      {
        ...action,
        action: "alert.acknowledge",
        reason: "on it",
        before: { status: "open" },
        after: { status: "acknowledged" },
      },
      {
        ...{ ...action, action: "alert.resolve", reason: "our own test" },
        ...{ before: { status: "acknowledged" }, after: { status: "resolved" } },
      },
    ]);
    const ids = await db.sql<{ id: string }[]>`select id from human_actions order by id`;
    expect(await waiting()).toEqual(ids.map(({ id }) => [["human_action", id]]));
  });

  test("an alert that five resolve at once is resolved by the one on record", async () => {
    const id = await givenAlert();
    const people = ["ann", "bob", "cyd", "dan", "eve"];
    const ends = await Promise.all(people.map((person) => resolveAlert(db, id, { ...by, by: person })));
    const [winner] = ends.filter((ended) => ended !== null);
    expect([...(await actionsOn(id))]).toMatchObject([{ actor: winner?.resolvedBy, before: { status: "open" } }]);
  });

  test("closing a discrepancy, once", async () => {
    const [id, verificationId] = [randomUUIDv7(), randomUUIDv7()];
    const discrepancy = {
      ...{ id, type: "unknown_transaction" as const, route: "shop", verificationId, receiptId: null, checkId: null },
      ...{ openedAt: AT, alert: { id: randomUUIDv7(), ...alertOnDiscrepancy("unknown_transaction") } },
    };
    await settle(db, { changes: [], transitions: [], discrepancies: [discrepancy], checks: [], receipts: [] }, AT);
    expect(await waiting()).toEqual([]);
    await closeDiscrepancy(db, id, by);
    await closeDiscrepancy(db, id, { ...by, by: "bob" });
    expect([...(await actionsOn(id))]).toEqual([
      {
        ...{ actor: "ann", action: "discrepancy.resolve", reason: "our own test", route: "shop" },
        ...{ before: { status: "open" }, after: { status: "closed" } },
      },
    ]);
    const [action] = await db.sql<[{ id: string }]>`select id from human_actions`;
    expect(await waiting()).toEqual([[["human_action", action.id]]]);
  });
});

describe("sealing", () => {
  test("takes the rows off the list and chains their hashes, a few statements at a time", async () => {
    expect(await findLedgerHead(db)).toEqual(GENESIS);
    const keys = await givenEvidence(db);
    const first = await sealBatch(db, AT, 2);
    expect(first).toMatchObject({ kind: "sealed", rows: 3, head: { seq: 1 }, more: true });
    const second = await sealBatch(db, AT, 2);
    expect(second).toMatchObject({ kind: "sealed", rows: 1, head: { seq: 2 }, more: false });
    expect(await sealBatch(db, AT, 2)).toEqual({ kind: "nothing" });

    expect(await waiting()).toEqual([]);
    const seals = await sealsNow();
    expect(seals.map(({ previous }) => previous)).toEqual([GENESIS.hash, seals[0]?.hash]);
    expect(await findLedgerHead(db)).toEqual({ seq: 2, hash: seals[1]?.hash });
    const sealed = seals.flatMap(readLines).map(({ kind, key }) => [kind, key]);
    expect(sealed.toSorted()).toEqual([
      ["check", keys.checks],
      ["human_action", keys.human_actions],
      ["receipt", keys.receipts],
      ["transition", keys.transitions],
    ]);
  });

  test("by two at once makes one chain with every row in it once", async () => {
    const batch = Array.from({ length: 30 }, givenReceipt);
    for (const receipt of batch) await insert(receipt);
    const rounds = async () => {
      const kinds: string[] = [];
      do kinds.push((await sealBatch(db, AT, 3)).kind);
      while (kinds.at(-1) !== "nothing");
      return kinds;
    };
    await Promise.all([rounds(), rounds()]);
    const seals = await sealsNow();
    expect(seals.map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, nth) => nth + 1));
    const keys = seals.flatMap(readLines).map(({ key }) => key);
    expect(keys).toEqual(batch.map(({ id }) => id));
  });

  test("is left alone while somebody else is at it", async () => {
    await insert(givenReceipt());
    const release = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    // Whoever seals waits here for the table, with the right to seal in hand.
    const blocking = db.sql.begin(async (sql) => {
      await sql`lock table seals in access exclusive mode`;
      held.resolve();
      await release.promise;
    });
    await held.promise;
    const first = sealBatch(db, AT, 10);
    const sealing = () => db.sql`
      select from pg_locks l join pg_database d on d.oid = l.database
      where locktype = 'advisory' and granted and datname = current_database()`;
    await until(async () => (await sealing()).length > 0);
    expect(await sealBatch(db, AT, 10)).toEqual({ kind: "busy" });
    release.resolve();
    await blocking;
    expect(await first).toMatchObject({ kind: "sealed", rows: 1 });
  });

  test("leaves the list as it was when it fails", async () => {
    await insert(givenReceipt());
    const before = await waiting();
    await expect(sealBatch(db, new Date(Number.NaN), 10)).rejects.toThrow();
    expect(await waiting()).toEqual(before);
    expect(await sealsNow()).toEqual([]);
  });

  test("says of a row that has vanished meanwhile that it is gone", async () => {
    const receipt = givenReceipt();
    await insert(receipt);
    await db.sql.begin(async (sql) => {
      await sql`set local verdict.erasing = 'on'`;
      await sql`delete from receipts`;
    });
    await sealBatch(db, AT, 10);
    expect((await sealsNow()).flatMap(readLines)).toEqual([{ kind: "receipt", key: receipt.id, hash: GONE }]);
  });
});

test("what was written before there was a list is put on it by the migration", async () => {
  const migration = new URL("../../../migrations/0007_append_only_evidence.sql", import.meta.url);
  const statements = (await readFile(migration, "utf8")).split("--> statement-breakpoint");
  const listing = statements.filter((statement) => statement.includes('INSERT INTO "unsealed"'));
  for (let nth = 0; nth < 2; nth++) await givenEvidence(db);
  await insert(...Array.from({ length: 600 }, givenReceipt));
  const listed = (await waiting()).flat().map(String).toSorted();
  expect(listed).toHaveLength(608);
  await db.sql`truncate unsealed`;
  for (const statement of listing) await db.sql.unsafe(statement);
  expect((await waiting()).flat().map(String).toSorted()).toEqual(listed);
});

/** Every column of all evidence, with another value for it. */
const COLUMNS = ([receipts, checks, transitions, humanActions] as PgTable[]).flatMap((table) => {
  const { name, columns } = getTableConfig(table);
  return columns.map((column) => ({ table: name, column: column.name, type: column.getSQLType() }));
});
const OTHER: Record<string, string> = {
  uuid: "gen_random_uuid()",
  text: "coalesce(%, '') || 'x'",
  boolean: "not coalesce(%, false)",
  integer: "coalesce(%, 0) + 1",
  jsonb: `coalesce(%, '{}') || '{"n":1.0}'`,
  "timestamp with time zone": "% + interval '1 microsecond'",
};
const KINDS = {
  receipts: "receipt",
  checks: "check",
  transitions: "transition",
  human_actions: "human_action",
} as const;

test.each(COLUMNS)("another $column in $table makes another hash", async ({ table, column, type }) => {
  const keys = await givenEvidence(db);
  const named = table as keyof typeof KINDS;
  const hashNow = async (on: Db) =>
    (await readLedger(on, (ledger) => ledger.hashEvidence([[KINDS[named], keys[named]]])))[0]?.hash;
  const before = await hashNow(db);
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  const other = (OTHER[type] ?? "").replaceAll("%", `"${column}"`);
  await db.sql.begin(async (sql) => {
    await sql`set local session_replication_role = 'replica'`;
    // A column that people set to a fixed list of words still has to be told apart.
    await sql.unsafe(`alter table ${table} drop constraint if exists ${table}_kind_check,
      drop constraint if exists ${table}_from_check, drop constraint if exists ${table}_to_check`);
    await sql.unsafe(`update ${table} set "${column}" = ${other}`);
  });
  expect(await hashNow(db)).not.toBe(before);
});

test("a row has the same hash in every release and for every reader, whatever his time zone", async () => {
  const id = "019cb9f2-7a40-8c10-8a55-2f9e0d6b1c3a";
  const batchId = "b7e4a1f0-0d7e-4a5e-9b36-0c1f6a1d2e3f";
  const receipt = { ...givenReceipt(), id, verificationId: id, extra: { b: 'ü "q"', a: "1" } };
  await insertReceipts(db, [receipt], "postgres", AT, batchId);
  const hashes = await Promise.all(
    ["UTC", "Asia/Tokyo"].map((zone) =>
      db.sql.begin(async (sql) => {
        await sql`select set_config('timezone', ${zone}, true)`;

        return (await hashEvidence(sql, [["receipt", id]]))[0]?.hash;
      }),
    ),
  );
  const text =
    `["${id}", "default", "${id}", "hks-1", true, "200", "k1", false, ` +
    `{"a": "1", "b": "ü \\"q\\""}, "postgres", "${batchId}", "1772366400.123000"]`;
  const known = hash("sha256", text, "hex");
  expect(hashes).toEqual([known, known]);
});
