import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROWS = 16_000;

/** Twice what a process needs that opens the database and reads a piece, two thirds of what the rows alone would need. */
const HEAP_MB = 80;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { id } = await givenVerification(database.db, { status: "passed", nextCheckAt: null });
  // With a text so long that all rows at once are more than the heap, and a thousand of them are not.
  await database.db.sql.begin(async (sql) => {
    await sql`set local session_replication_role = 'replica'`;
    await sql`
      insert into verifications
      select r.* from verifications v, generate_series(1, ${ROWS - 1}) as n,
        jsonb_populate_record(v, jsonb_build_object('id', gen_random_uuid(), 'merchant_biz_id', 'biz' || n,
          'transaction_id', 'hks-' || n, 'error_message', repeat('x', 8000), 'created_at', now() - n * interval '1 second')) as r
      where v.id = ${id}`;
  });
}, 60_000);
afterAll(() => database.drop());

const child = fileURLToPath(new URL("export-child.ts", import.meta.url));

test("an export needs no more memory for many rows than for one piece of them", async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [`--max-old-space-size=${HEAP_MB}`, child, database.url, "ndjson"],
    { env: { PATH: process.env.PATH ?? "" } },
  );
  expect(JSON.parse(stdout)).toMatchObject({ lines: ROWS });
}, 60_000);
