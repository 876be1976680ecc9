import type { Db } from "@verdict/db";
import { countHours } from "@verdict/services";

const AT_ONCE = 250_000;
const DAY_MS = 24 * 3_600_000;
/** Open discrepancies: what people have not come to yet, however many sessions there have been. */
const OPEN_DISCREPANCIES = 100;

/**
 * Fills an empty database with the sessions of a year, or of so many days, on three routes, two of three with a scene; one in 160 is voided. Indexes are
 * made afterwards, which takes a third of the time, and the hours are counted as the worker does.
 */
export async function fillVerifications(
  db: Db,
  count: number,
  progress: (said: string) => void,
  days = 365,
): Promise<void> {
  const indexes = await db.sql<{ name: string; definition: string; constraint: string | null }[]>`
    select c.relname as name, pg_get_indexdef(i.indexrelid) as definition, k.conname as constraint
    from pg_index i join pg_class c on c.oid = i.indexrelid left join pg_constraint k on k.conindid = c.oid and k.contype = 'u'
    where i.indrelid = 'verifications'::regclass and not i.indisprimary`;
  for (const { name, constraint } of indexes) {
    await (constraint === null
      ? db.sql`drop index ${db.sql(name)}`
      : db.sql`alter table verifications drop constraint ${db.sql(constraint)}`);
  }
  for (let from = 0; from < count; from += AT_ONCE) {
    const to = Math.min(from + AT_ONCE, count);
    await insertSessions(db, { from, to: to - 1 }, count, days * DAY_MS);
    progress(`${to.toLocaleString("en")} of ${count.toLocaleString("en")} verifications`);
  }
  for (const { name, definition, constraint } of indexes) {
    progress(`index ${name}`);
    await db.sql.unsafe(definition);
    if (constraint !== null) {
      await db.sql.unsafe(`alter table verifications add constraint ${constraint} unique using index ${name}`);
    }
  }
  await db.sql`
    insert into discrepancies (id, type, route, verification_id, opened_at)
    select gen_random_uuid(), 'result_changed', route, id, created_at
    from (select * from verifications where sub_code = '206' order by created_at desc limit ${OPEN_DISCREPANCIES}::int) v`;
  progress("vacuum");
  await db.sql`vacuum (analyze) verifications, discrepancies`;
  await db.sql`insert into stale_hours (hour) select distinct date_trunc('hour', created_at, 'UTC') from verifications`;
  progress("counting hours");
  await countHours({ db });
  await db.sql`vacuum (analyze) verification_counts`;
  await db.sql`checkpoint`;
}

/** Ids look like real ones: they begin with the time of their session and end at random. `offset 0`: work each row out once. */
async function insertSessions(
  db: Db,
  { from, to }: { from: number; to: number },
  count: number,
  spanMs: number,
): Promise<void> {
  const since = Date.now() - spanMs;
  const stepMs = spanMs / count;
  await db.sql.begin(async (sql) => {
    await sql`set local synchronous_commit = off`;
    // What is put in is right, and its hours are listed afterwards.
    await sql`set local session_replication_role = replica`;
    await sql`
      insert into verifications
        (id, route, product, status, version, merchant_biz_id, merchant_user_hash, scene_code, request_hash, transaction_id,
         transaction_source, claim_passed, claim_sub_code, claimed_at, passed, sub_code, outcome_source, confirmed_at, walk_away,
         checked_at, check_count, expires_at, created_at, updated_at)
      select id, (array['default', 'branch', 'lab'])[1 + (h % 10 > 6)::int + (h % 10 > 8)::int],
        case when h / 10 % 4 = 0 then 'ID_OCR' else 'FACE_VERIFY' end, status, 3, replace(id::text, '-', ''),
        md5('user' || nth % (${count}::int / 3)), (array['checkout', 'loan', null])[1 + h / 40 % 3], md5('request' || nth) || drawn,
        'hks' || left(drawn, 29), 'initialize', case when claimed then result end, case when claimed then sub_code end,
        case when claimed then began + interval '3 minutes' end, result, sub_code,
        case when result is null then 'verify_log' else 'check_result' end, began + (30 + h % 400) * interval '1 second',
        case when status = 'expired' then '{"progress": "interrupted", "errorCode": null, "page": "camera"}'::jsonb end,
        began + interval '4 minutes', 1, began + interval '30 minutes', began, began + interval '4 minutes'
      from generate_series(${from}::int, ${to}::int) as nth,
        lateral (select (${since}::bigint + nth * ${stepMs}::float8)::bigint as at, md5(nth::text) as drawn offset 0) as first,
        lateral (select to_timestamp(at / 1000.0) as began, lpad(to_hex(at), 12, '0') as time,
          ('x' || left(drawn, 7))::bit(28)::int as h offset 0) as second,
        lateral (select (time || '7' || substr(drawn, 1, 3) || '9' || substr(drawn, 4, 15))::uuid as id,
          case when h % 160 = 7 then 'voided' when h % 10 = 3 then 'expired' when h % 11 < 2 then 'failed' else 'passed' end as status,
          h % 13 > 0 as claimed offset 0) as third,
        lateral (select case status when 'passed' then true when 'failed' then false end as result,
          case status when 'passed' then '200' when 'failed' then (array['204', '204', '204', '205', '206'])[1 + h / 11 % 5] end
            as sub_code offset 0) as fourth`;
  });
}
