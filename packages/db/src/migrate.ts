import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";

export const MIGRATIONS = fileURLToPath(new URL("../../../migrations", import.meta.url));

/** Any number, the same in every process. */
const LOCK = 7_415_620_133;

/**
 * Brings the database to this version's schema, and sees to it that the feed of events goes on growing, should it have been
 * restored from a dump. Safe when several processes start at once: drizzle's migrator alone is
 * not, so the first one takes an advisory lock and the others find nothing left to do.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(${LOCK})`;
    await applyMigrations(drizzle(sql), { migrationsFolder: MIGRATIONS });
    await sql`select keep_feed_growing()`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}
