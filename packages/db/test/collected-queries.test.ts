import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";

/** Between two quick collections some thousands of queries end: together they are megabytes. */
const SURVIVING_MAX = 600_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const child = fileURLToPath(new URL("querying-child.ts", import.meta.url));

test("a query that has ended is gone with V8's next quick collection", async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--min-semi-space-size=16", "--trace-gc-nvp", child, database.url],
    { env: { PATH: process.env.PATH ?? "" } },
  );
  const survived = [...stdout.matchAll(/ gc=s .*?new_space_survived=(\d+)/g)].map(([, bytes]) => Number(bytes));
  expect(survived.length).toBeGreaterThan(8);
  // Before its code is optimised much more is in the way.
  const [, , median] = survived.slice(-5).sort((a, b) => a - b);
  expect(median).toBeLessThan(SURVIVING_MAX);
}, 60_000);
