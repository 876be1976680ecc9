import { drizzle } from "drizzle-orm/postgres-js";
import type postgres from "postgres";
import type { Db } from "./database.ts";
import * as schema from "./schema.ts";

/**
 * Runs `work` in one transaction: all of what it writes stands, or nothing. A transaction within it is a savepoint. Every
 * statement sees what others have committed before it began.
 */
export function inTransaction<T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  const run = db.sql.begin(async (held) => {
    const sql = Object.assign(held, { options: db.sql.options, begin: held.savepoint }) as unknown as postgres.Sql;
    return work({ ...db, orm: drizzle(sql, { schema }), sql, close: () => Promise.resolve() });
  });
  return run as Promise<T>;
}
