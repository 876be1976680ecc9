import { openDatabase } from "@verdict/db";

/** What a restored database is held against. */
export type Record = {
  verifications: number;
  /** One hash over every verification that has ended: its id, status and version. */
  ended: string;
  events: number;
  /** The highest position in the feed; positions must go on growing after a restore. */
  position: bigint;
};

/** Reads it as of the moments before `until`, so that two databases can be compared. */
export async function readRecord(databaseUrl: string, until: Date): Promise<Record> {
  const db = openDatabase(databaseUrl, { max: 1 });
  try {
    const [row] = await db.sql<(Omit<Record, "position"> & { position: string })[]>`
      select
        (select count(*)::int from verifications where created_at < ${until.toISOString()}::timestamptz) as verifications,
        (select coalesce(md5(string_agg(id || status || version, ',' order by id)), '') from verifications
          where created_at < ${until.toISOString()}::timestamptz
            and status in ('passed', 'failed', 'expired', 'voided', 'init_failed', 'unresolvable')) as ended,
        (select count(*)::int from events where at < ${until.toISOString()}::timestamptz) as events,
        (select coalesce(max(position), 0)::text from events) as position`;
    if (!row) throw new Error("Nothing on record could be read.");
    return { ...row, position: BigInt(row.position) };
  } finally {
    await db.close();
  }
}
