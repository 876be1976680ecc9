import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase, readSealingState, readServerState } from "../src/index.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("a migrated database is current, and its owner lacks nothing", async () => {
  const state = await readServerState(database.db);
  expect(state).toMatchObject({ version: expect.stringMatching(/^\d+/), readOnly: false, lacking: [] });
  expect(state.schema).toEqual({ kind: "current" });
  expect(Math.abs(state.at.getTime() - Date.now())).toBeLessThan(60_000);
});

test("a login without rights is told what the application's role has and it has not, and may not see the migrations", async () => {
  const login = `modest_${new URL(database.url).pathname.slice(1)}`;
  await database.db.sql`create role ${database.db.sql(login)} login password 'modest'`;
  const url = new URL(database.url);
  [url.username, url.password] = [login, "modest"];
  const modest = openDatabase(url.href, { max: 1 });
  const bare = await readServerState(modest);
  expect([bare.login, bare.schema]).toEqual([login, { kind: "unknown" }]);
  expect(bare.lacking).toContain("INSERT, SELECT, UPDATE on verifications");
  await database.db.sql`grant verdict_app to ${database.db.sql(login)}`;
  expect((await readServerState(modest)).lacking).toEqual([]);
  await modest.close();
  await database.db.sql`drop role ${database.db.sql(login)}`;
});

test("a schema is behind or ahead by what its migrations say", async () => {
  const { sql } = database.db;
  await sql`update drizzle.__drizzle_migrations set created_at = created_at + 1000000000000`;
  expect((await readServerState(database.db)).schema).toEqual({ kind: "ahead" });
  await sql`delete from drizzle.__drizzle_migrations`;
  expect((await readServerState(database.db)).schema).toMatchObject({ kind: "behind", missing: expect.any(Number) });
  await sql`drop schema drizzle cascade`;
  expect((await readServerState(database.db)).schema).toMatchObject({ kind: "behind" });
});

test("the ledger tells what waits for its seal, and since when nothing was sealed", async () => {
  expect(await readSealingState(database.db)).toEqual({ oldestUnsealedId: null, unsealed: 0, lastSealAt: null });
  await database.db.sql`insert into unsealed (rows) values ('[]'), ('[]')`;
  expect(await readSealingState(database.db)).toMatchObject({ oldestUnsealedId: expect.any(String), unsealed: 2 });
});
