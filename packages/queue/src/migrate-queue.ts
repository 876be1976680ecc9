import { runMigrations } from "bullmq";
import pg from "pg";
import { DEFAULT_PREFIX, postgresSchema } from "./namespace.ts";

/**
 * Makes the store ready for this version's jobs. Any number of processes may do it at once: one does the work under an
 * advisory lock, the others find it done. Redis needs nothing. Rejects when Postgres is away or newer than this code.
 */
export async function migrateQueue(url: string, prefix = DEFAULT_PREFIX): Promise<void> {
  if (!/^postgres(ql)?:/.test(url)) return;
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined); // a lost connection also rejects the query below
  await client.connect();
  try {
    await runMigrations(client, postgresSchema(prefix));
  } finally {
    await client.end();
  }
}
