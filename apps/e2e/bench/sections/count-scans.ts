import type { Db } from "@verdict/db";
import { until } from "@verdict/testkit";

/**
 * How often the whole table of verifications has been read, ever. A connection's reading is on the books when it has ended, so this
 * waits until the one it asks over is the only one.
 */
export async function countScans({ sql }: Db): Promise<number> {
  await until(async () => {
    const others = await sql`
      select from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`;
    return others.length === 0;
  });
  const [row] = await sql<[{ scans: number }]>`
    select coalesce(seq_scan, 0)::int as scans from pg_stat_user_tables where relname = 'verifications'`;
  return row.scans;
}
