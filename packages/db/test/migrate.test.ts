import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { createDatabase, dropDatabase, testPostgresUrl } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, migrate, openDatabase } from "../src/index.ts";

const MIGRATIONS = new URL("../../../migrations", import.meta.url);

const name = `test_empty_${randomBytes(6).toString("hex")}`;
let url: string;
let db: Db;
beforeAll(async () => {
  url = await createDatabase(testPostgresUrl(), name);
  db = openDatabase(url, { max: 2 });
});
afterAll(async () => {
  await db.close();
  await dropDatabase(testPostgresUrl(), name);
});

const applied = async () => (await db.sql`select hash from drizzle.__drizzle_migrations order by id`).length;

test("four processes that start at once on an empty database all find it migrated, and each migration ran once", async () => {
  await Promise.all(Array.from({ length: 4 }, () => migrate(url)));
  const files = (await readdir(MIGRATIONS)).filter((file) => file.endsWith(".sql"));
  expect(await applied()).toBe(files.length);
  expect(await db.sql`select count(*)::int as count from verifications`).toEqual([{ count: 0 }]);
});

test("a database that is up to date is left alone", async () => {
  await migrate(url);
  const before = await applied();
  await migrate(url);
  expect(await applied()).toBe(before);
});

test("the lock is given back, so nobody waits for a process that is done", async () => {
  await migrate(url);
  const held = await db.sql`
    select 1 from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = ${name})`;
  expect(held).toHaveLength(0);
});

test("a database that cannot be reached is told as an error", async () => {
  const nobody = new URL(url);
  nobody.pathname = `/${name}_missing`;
  await expect(migrate(nobody.href)).rejects.toThrow(/does not exist/);
});
