import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import { is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as schema from "../src/schema.ts";

const run = promisify(execFile);
const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const MIGRATIONS = fileURLToPath(new URL("../../../migrations", import.meta.url));

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("the migrations are all there is to the schema: drizzle-kit finds nothing to add", async () => {
  const folder = await mkdtemp(join(tmpdir(), "verdict-drift-"));
  try {
    await cp(MIGRATIONS, folder, { recursive: true });
    // drizzle-kit takes relative folders only, and exits with 0 whatever happens: its words are what counts.
    const out = relative(PACKAGE, folder);
    const kit = join(PACKAGE, "node_modules/drizzle-kit/bin.cjs");
    const options = ["generate", "--dialect", "postgresql", "--schema", "./src/schema.ts", "--out", out];
    const { stdout } = await run(process.execPath, [kit, ...options], { cwd: PACKAGE });
    expect(stdout).toContain("No schema changes");
    expect(await readdir(folder)).toEqual(await readdir(MIGRATIONS));
  } finally {
    await rm(folder, { recursive: true });
  }
});

const tables = Object.values(schema).filter((value) => is(value, PgTable));

test.each(tables.map((table) => [getTableConfig(table).name, table] as const))(
  "a migrated database has the columns the code counts on: %s",
  async (name, table) => {
    const wanted = getTableConfig(table).columns.map((column) => ({
      name: column.name,
      type: column.getSQLType(),
      required: column.notNull,
    }));
    const real = await database.db.sql<{ name: string; type: string; required: boolean }[]>`
      select attname as name, format_type(atttypid, atttypmod) as type, attnotnull as required from pg_attribute
      where attrelid = ${name}::regclass and attnum > 0 and not attisdropped`;
    const byName = (columns: Iterable<{ name: string }>) => [...columns].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    expect(byName(real)).toEqual(byName(wanted));
  },
);

test("every constraint has a name that people can read", async () => {
  const unnamed = await database.db.sql`
    select conname from pg_constraint
    where connamespace = 'public'::regnamespace and contype <> 'n'
      and conname !~ '_(pkey|unique|fk|check)$'`;
  expect([...unnamed]).toEqual([]);
});
