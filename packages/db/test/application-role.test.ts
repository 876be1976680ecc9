import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../src/embedded/index.ts";
import { type Db, migrate, openDatabase } from "../src/index.ts";

// Roles belong to the server, so these tests have one of their own.
let folder: string;
let server: EmbeddedPostgres;
let db: Db;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "verdict-roles-"));
  server = await startEmbeddedPostgres({
    dataDir: join(folder, "postgres"),
    password: "test",
    settings: { fsync: "off" },
  });
  db = openDatabase(server.url, { max: 1 });
});
afterAll(async () => {
  await db.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const roles = () => db.sql`select rolcanlogin as "canLogin" from pg_roles where rolname = 'verdict_app'`;
const mayDelete = async (url: string) => {
  const there = openDatabase(url, { max: 1 });
  const [row] = await there.sql<[{ receipts: boolean; inbox: boolean }]>`
    select has_table_privilege('verdict_app', 'receipts', 'delete') as receipts,
      has_table_privilege('verdict_app', 'receipt_inbox', 'delete') as inbox`;
  await there.close();
  return row;
};

test("somebody who may not make roles migrates all the same", async () => {
  await db.sql`create role modest login password 'modest'`;
  const url = new URL(await createDatabase(server.url, "modest"));
  await db.sql`alter database modest owner to modest`;
  url.username = "modest";
  url.password = "modest";
  await migrate(url.href);
  expect(await roles()).toHaveLength(0);
});

test("databases that are migrated at the same moment share one role, and each grants it its due", async () => {
  const names = ["one", "two", "three", "four"];
  const urls = [];
  for (const name of names) urls.push(await createDatabase(server.url, name));
  await Promise.all(urls.map(migrate));
  expect([...(await roles())]).toEqual([{ canLogin: false }]);
  for (const url of urls) expect(await mayDelete(url)).toEqual({ receipts: false, inbox: true });
});
