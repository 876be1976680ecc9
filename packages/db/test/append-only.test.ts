import { randomUUIDv7 } from "node:crypto";
import { createTestDatabase, givenEvidence, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeDiscrepancy, type Db, insertReceipts, sealBatch, settle } from "../src/index.ts";

const AT = new Date("2026-03-01T12:00:00.123Z");

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  await givenEvidence(db);
  await sealBatch(db, AT, 100);
  await db.sql`insert into tombstones values (${randomUUIDv7()}::uuid, ${randomUUIDv7()}::uuid, now(), '{a}')`;
});
afterAll(() => database.drop());

const EVIDENCE = ["receipts", "checks", "transitions", "human_actions", "seals", "tombstones"];

const count = async (table: string) => (await db.sql`select from ${db.sql(table)}`).length;

describe.each(EVIDENCE)("%s", (table) => {
  const refusal = { code: "23514", table_name: table, message: expect.stringContaining(`${table} is append-only`) };
  const change: Record<string, string> = {
    receipts: "sub_code = '205'",
    checks: "passed = null",
    transitions: "actor = 'nobody'",
    human_actions: "after = '1'",
    tombstones: "rows = '{}'",
    seals: "at = at + interval '1 microsecond'",
  };

  test("cannot be changed, erasing or not", async () => {
    const update = `update ${table} set ${change[table]}`;
    await expect(db.sql.unsafe(update)).rejects.toMatchObject(refusal);
    const erasing = db.sql.begin(async (sql) => {
      await sql`set local verdict.erasing = 'on'`;
      await sql.unsafe(update);
    });
    await expect(erasing).rejects.toMatchObject(refusal);
  });

  test("lets an update pass that changes nothing", async () => {
    const [column] = (change[table] ?? "").split(" ");
    const updated = await db.sql.unsafe(`update ${table} set ${column} = ${column}`);
    expect(updated.count).toBe(1);
  });

  test.each([`delete from ${table}`, `delete from ${table} where false`, `truncate ${table} cascade`])(
    "refuses: %s",
    async (statement) => {
      await expect(db.sql.unsafe(statement)).rejects.toMatchObject(refusal);
      expect(await count(table)).toBe(1);
    },
  );

  test.each([`delete from ${table}`, `truncate ${table}`])(
    "is erased by a transaction that says so, and no longer: %s",
    async (statement) => {
      const undone = new Error("undone");
      const erasing = db.sql.begin(async (sql) => {
        await sql`set local verdict.erasing = 'on'`;
        await sql.unsafe(statement);
        expect(await sql`select from ${sql(table)}`).toHaveLength(0);
        throw undone;
      });
      await expect(erasing).rejects.toBe(undone);
      await expect(db.sql.unsafe(statement)).rejects.toMatchObject(refusal);
    },
  );
});

test("evidence goes with what it belongs to only when somebody says so", async () => {
  await expect(db.sql`truncate verifications cascade`).rejects.toMatchObject({ code: "23514" });
});

describe("the application's role", () => {
  /** Runs as the role; whatever it does is undone. */
  async function asApplication<T>(work: (db: Db) => Promise<T>): Promise<T> {
    const done = Promise.withResolvers<T>();
    const undone = new Error("undone");
    await db.sql
      .begin(async (sql) => {
        await sql`set local role verdict_app`;
        const begin = (steps: (within: typeof sql) => unknown) => steps(sql);
        done.resolve(
          await work({ ...db, sql: Object.assign(sql, { begin, options: db.sql.options }) as unknown as Db["sql"] }),
        );
        throw undone;
      })
      .catch((error) => {
        if (error !== undone) throw error;
      });
    return done.promise;
  }

  const denied = { code: "42501" };

  test.each([
    ...EVIDENCE.flatMap((table) => [`delete from ${table}`, `truncate ${table} cascade`]),
    "update receipts set sub_code = '205'",
    "update checks set passed = null",
    "update transitions set actor = 'nobody'",
    "update human_actions set actor = 'nobody'",
    "update seals set count = 0",
    "insert into legal_moves values ('passed', 'failed')",
    "delete from legal_moves",
    "delete from verifications",
    "alter table receipts disable trigger all",
    "set local session_replication_role = 'replica'",
  ])("may not: %s, not even while it erases", async (statement) => {
    const attempt = asApplication(async ({ sql }) => {
      await sql`set local verdict.erasing = 'on'`;
      await sql.unsafe(statement);
    });
    await expect(attempt).rejects.toMatchObject(denied);
  });

  test("may do the product's work: take a callback twice, settle, and seal", async () => {
    const [held] = await db.sql<[{ id: string }]>`select id from verifications`;
    const receipt = {
      ...{
        id: "019cb9f2-7a40-8c10-8a55-2f9e0d6b1c3a",
        route: "default",
        verificationId: held.id,
        transactionId: "hks-2",
      },
      ...{ passed: true, subCode: "200", keyId: "k1", late: false, extra: null, receivedAt: AT },
    };
    const sealed = await asApplication(async (app) => {
      await insertReceipts(app, [receipt], "postgres", AT);
      await insertReceipts(app, [receipt], "queue", AT);
      const receipts = [{ receiptId: receipt.id, verificationId: held.id }];
      await settle(app, { changes: [], transitions: [], discrepancies: [], checks: [], receipts }, AT);
      await closeDiscrepancy(app, held.id, { by: "ann", at: AT, reason: "none" });
      return sealBatch(app, AT, 100);
    });
    expect(sealed).toMatchObject({ kind: "sealed", rows: 1, head: { seq: 2 } });
  });

  test("may change every other table, those of later versions among them", async () => {
    const tables = await db.sql<{ name: string; may: boolean }[]>`
      select relname as name, has_table_privilege('verdict_app', oid, 'select')
        and has_table_privilege('verdict_app', oid, 'insert') and has_table_privilege('verdict_app', oid, 'update') as may
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`;
    const refused = tables.filter(({ may }) => !may).map(({ name }) => name);
    const addedTo = ["legal_moves", "retention_runs"];
    expect(refused.toSorted()).toEqual([...EVIDENCE, ...addedTo, "events", "feed"].toSorted());
    expect(tables.length).toBeGreaterThan(15);
  });
});
