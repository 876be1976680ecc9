import type { Db } from "@verdict/db";

const AT_ONCE = 250_000;
const SPAN_MS = 365 * 24 * 3_600_000;

/**
 * Fills the empty table of receipts with as many as a year might bring. Ids look like real ones: both begin with the
 * time of their session (48 bits of a UUIDv7) and end in what might be bits of a hash.
 */
export async function fillReceipts(db: Db, count: number, progress: (stored: number) => void): Promise<void> {
  const since = Date.now() - SPAN_MS - 3_600_000;
  const stepMs = SPAN_MS / count;
  for (let from = 0; from < count; from += AT_ONCE) {
    const to = Math.min(from + AT_ONCE, count) - 1;
    await db.sql.begin(async (sql) => {
      await sql`set local synchronous_commit = off`;
      await sql`
        insert into receipts
          (id, route, verification_id, transaction_id, passed, sub_code, key_id, late, extra, sink, received_at)
        select
          (time || '8' || substr(said, 1, 3) || '8' || substr(said, 4, 15))::uuid, 'default',
          (time || '7' || substr(drawn, 1, 3) || '9' || substr(drawn, 4, 15))::uuid, 'hks' || left(drawn, 29),
          true, '200', 'bench', false, null, 'postgres', to_timestamp(at / 1000.0)
        from generate_series(${from}::int, ${to}::int) as nth,
          lateral (select (${since}::bigint + nth * ${stepMs}::float8)::bigint as at) as began,
          lateral (select lpad(to_hex(at), 12, '0') as time) as shown,
          lateral (select md5(nth::text) as said, md5('v' || nth) as drawn) as hashed`;
    });
    progress(to + 1);
  }
  // What a running system has done long ago: otherwise the first slices would pay for it.
  await db.sql`vacuum (analyze) receipts`;
  await db.sql`checkpoint`;
}
