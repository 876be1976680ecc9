import { randomBytes } from "node:crypto";
import { type Db, openDatabase } from "@verdict/db";
import { createDatabase, dropDatabase } from "./create-database.ts";

export const TEMPLATE_DATABASE = "verdict_template";

export type TestDatabase = { url: string; db: Db; drop(): Promise<void> };

/** The Postgres server of this test run. */
export function testPostgresUrl(): string {
  const url = process.env.TEST_POSTGRES_URL;
  if (!url) throw new Error("TEST_POSTGRES_URL is not set: run the tests with `npm test` or `npx vitest` at the root.");
  return url;
}

/** A migrated database of its own for one test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  const url = await createDatabase(testPostgresUrl(), name, TEMPLATE_DATABASE);
  const pooler = process.env.TEST_POOLER_URL;
  const db = pooler ? openDatabase(onHostOf(pooler, url), { max: 6, directUrl: url }) : openDatabase(url, { max: 6 });
  return {
    url,
    db,
    async drop() {
      await db.close();
      await dropDatabase(testPostgresUrl(), name);
    },
  };
}

function onHostOf(server: string, databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.host = new URL(server).host;
  return url.href;
}
