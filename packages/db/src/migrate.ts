import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { ADVISORY_LOCKS } from "./advisory-locks.ts";
import { makeEventPartitions } from "./event-partitions.ts";

export const MIGRATIONS = fileURLToPath(new URL("../../../migrations", import.meta.url));

/**
 * Brings the database to this version's schema, and sees to it that the feed of events goes on growing, should it have been
 * restored from a dump, and that events of the next weeks have their partitions. Safe when several processes start at once: drizzle's
 * migrator alone is not, so the first one takes an advisory lock and the others find nothing left to do.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(${ADVISORY_LOCKS.migrating})`;
    await applyMigrations(drizzle(sql), { migrationsFolder: MIGRATIONS });
    await sql`select keep_feed_growing()`;
    // Where somebody reads events for long, as for a dump, a worker makes them within the hour.
    await makeEventPartitions({ sql });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
