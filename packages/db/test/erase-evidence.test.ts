import { randomBytes, randomUUIDv7 } from "node:crypto";
import { createTestDatabase, givenEvidence, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  countStaleHours,
  type Db,
  eraseEvidence,
  findStaleSince,
  openDatabase,
  readCounts,
  sealBatch,
} from "../src/index.ts";

const DAY_MS = 86_400_000;
const NOW = new Date();
const YEARS_ON = new Date(NOW.getTime() + 1_000 * DAY_MS);

let database: TestDatabase;
let db: Db;
/** A login with the application's role and nothing else, as an installation may give it. */
let app: Db;
const login = `app_${randomBytes(6).toString("hex")}`;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  await db.sql`create role ${db.sql(login)} login password 'modest' in role verdict_app`;
  const url = new URL(database.url);
  [url.username, url.password] = [login, "modest"];
  app = openDatabase(url.href, { max: 2 });
});
afterAll(async () => {
  await app.close();
  await db.sql`drop role ${db.sql(login)}`;
  await database.drop();
});

const tables = [
  "verifications",
  "receipts",
  "human_actions",
  "alerts",
  "discrepancies",
  "events",
  "deliveries",
  "delivery_attempts",
];
const counts = [
  "verification_counts",
  "verification_day_counts",
  "stale_hours",
  "erased_counts",
  "seals",
  "unsealed",
  "tombstones",
];
beforeEach(() =>
  db.sql.begin(async (sql) => {
    await sql`set local session_replication_role = 'replica'`;
    await sql`set local verdict.erasing = 'on'`;
    for (const table of [...tables, ...counts]) await sql`truncate ${sql(table)} cascade`;
  }),
);

/** Evidence of a session that has ended, sealed. */
async function givenEnded() {
  const keys = await givenEvidence(db);
  await db.sql`update verifications set next_check_at = null`;
  await sealBatch(db, NOW, 100);
  return { ...keys, verificationId: keys.transitions.split("/")[0] ?? "" };
}

const erase = (by: Db, of: Parameters<typeof eraseEvidence>[1] = "sessions") =>
  eraseEvidence(by, of, { runId: randomUUIDv7(), before: YEARS_ON, now: NOW, limit: 10 });
const count = async (table: string) => (await db.sql`select from ${db.sql(table)}`).length;

describe("the application's login", () => {
  test("erases a session that has ended, with all that hangs on it, deliveries of its events among it", async () => {
    const { verificationId } = await givenEnded();
    const [event] = await db.sql<
      [{ id: string }]
    >`select id from events where verification_id = ${verificationId} limit 1`;
    const deliveryId = randomUUIDv7();
    await db.sql`
      insert into deliveries (id, endpoint_id, event_id, type, route, state, created_at, ended_at)
      values (${deliveryId}, ${randomUUIDv7()}, ${event.id}, 'verification.failed', 'default', 'delivered', now(), now())`;
    await db.sql`
      insert into delivery_attempts (id, delivery_id, at, duration_ms, outcome, body)
      values (${randomUUIDv7()}, ${deliveryId}, now(), 1, 'delivered', '')`;
    expect(await erase(app)).toEqual({ kind: "erased", subjects: 1, rows: 4 });
    for (const table of tables) expect([table, await count(table)]).toEqual([table, 0]);
    expect(await count("tombstones")).toBe(1);
  });

  test("erases actions on nothing in particular", async () => {
    await db.sql`
      insert into human_actions (id, at, actor, action, subject) values (${randomUUIDv7()}, now(), 'ann', 'key.create', 'x')`;
    expect(await erase(app, "actions")).toEqual({ kind: "erased", subjects: 1, rows: 1 });
    expect(await count("human_actions")).toBe(0);
  });

  const refused = { code: "23514" };
  const directly = (ids: readonly string[], tombstone: string | null) =>
    app.sql`select erase_evidence('sessions', ${[...ids]}::uuid[], ${tombstone}::uuid)`;
  const tombstone = async (lines: readonly string[]) => {
    const id = randomUUIDv7();
    await app.sql`
      insert into tombstones (id, run_id, at, rows) values (${id}, ${randomUUIDv7()}, now(), ${[...lines]}::text[])`;
    return id;
  };

  test("erases nothing that no tombstone names", async () => {
    const { verificationId, receipts, checks, transitions } = await givenEnded();
    await expect(directly([verificationId], null)).rejects.toMatchObject(refused);
    const some = await tombstone([`receipt ${receipts} h`, `check ${checks} h`, `transition ${transitions} h`]);
    await expect(directly([verificationId], some)).rejects.toMatchObject(refused);
    expect(await count("human_actions")).toBe(1);
  });

  test("erases nothing that has not ended, whatever a tombstone names", async () => {
    const { id } = await givenVerification(db, { status: "awaiting" });
    await expect(directly([id], await tombstone([]))).rejects.toMatchObject(refused);
    expect(await count("verifications")).toBe(1);
  });

  test("may delete no evidence itself, before, after or beside the function", async () => {
    const { receipts } = await givenEnded();
    await erase(app);
    await givenEvidence(db);
    for (const table of ["receipts", "checks", "transitions", "human_actions", "verifications"]) {
      await expect(app.sql`delete from ${app.sql(table)}`).rejects.toMatchObject({ code: "42501" });
    }
    const beside = app.sql.begin(async (sql) => {
      await sql`select erase_evidence('strays', '{}', null)`;
      await sql`delete from receipts where id = ${receipts}`;
    });
    await expect(beside).rejects.toMatchObject({ code: "42501" });
  });
});

describe("statistics", () => {
  const HOUR_AT = new Date("2026-03-01T22:00:00.000Z");
  const read = (by: "hour" | "day") => {
    const [from, to] = [new Date("2026-03-01T00:00:00Z"), new Date("2026-03-02T00:00:00Z")];
    return readCounts(db, { from, to, by, groupBy: ["route", "product", "sceneCode"], routes: null });
  };
  const countAll = async () => {
    while ((await findStaleSince(db)) !== null) await countStaleHours(db, 10);
  };
  const given = (status: "passed" | "failed" | "expired") =>
    givenVerification(db, { status, createdAt: HOUR_AT, nextCheckAt: null, sceneCode: "loan" });
  const byId = (a: { measure: string; value: string }, b: typeof a) =>
    `${a.measure} ${a.value}` < `${b.measure} ${b.value}` ? -1 : 1;

  test("stay as they were when verifications are erased, their hour counted again or not, and a late change is counted", async () => {
    await Promise.all([given("passed"), given("passed"), given("failed"), given("expired")]);
    // One of the hour goes on, and so is not erased.
    const late = await givenVerification(db, {
      status: "expired",
      createdAt: HOUR_AT,
      nextCheckAt: YEARS_ON,
      sceneCode: "loan",
    });
    await countAll();
    const [hours, days] = [(await read("hour")).toSorted(byId), (await read("day")).toSorted(byId)];
    expect(hours.find(({ value }) => value === "expired")).toMatchObject({ count: 2 });

    expect(await erase(app)).toMatchObject({ subjects: 4 });
    expect(await count("verifications")).toBe(1);
    expect(await findStaleSince(db)).not.toBeNull();
    await countAll();
    expect((await read("hour")).toSorted(byId)).toEqual(hours);
    expect((await read("day")).toSorted(byId)).toEqual(days);

    await db.sql`
      update verifications set status = 'failed', version = version + 1, passed = false, sub_code = '204',
        outcome_source = 'check_result', confirmed_at = created_at + interval '1 hour', next_check_at = null
      where id = ${late.id}`;
    expect(await findStaleSince(db)).not.toBeNull();
    await countAll();
    const status = async () =>
      Object.fromEntries(
        (await read("hour")).filter(({ measure }) => measure === "status").map(({ value, count }) => [value, count]),
      );
    expect(await status()).toEqual({ passed: 2, failed: 2, expired: 1 });

    expect(await erase(app)).toMatchObject({ subjects: 1 });
    await countAll();
    expect(await status()).toEqual({ passed: 2, failed: 2, expired: 1 });
  });
});
