import type { Db } from "../src/index.ts";

/** Many sessions of March and April 2026 in every status, some at the same millisecond; rare things are rare. */
export async function insertSessions({ sql }: Db, count: number): Promise<void> {
  await sql`
    insert into verifications
      (id, route, product, status, version, merchant_biz_id, merchant_user_hash, scene_code, request_hash, transaction_id,
       passed, sub_code, outcome_source, claimed_at, confirmed_at, walk_away, expires_at, created_at, updated_at)
    select md5('v' || n)::uuid, (array['default', 'default', 'branch', 'lab'])[1 + n % 4],
      (array['FACE_VERIFY', 'FACE_VERIFY', 'ID_OCR'])[1 + n % 3], status, 2, 'order-' || n, 'u' || n % 50,
      (array['checkout', null, 'loan'])[1 + n % 3], repeat('0', 64), 'hks' || n,
      case status when 'passed' then true when 'failed' then false end,
      case status when 'passed' then '200' when 'failed' then (array['204', '205'])[1 + (n % 97 = 0)::int] end,
      case when status in ('passed', 'failed') then 'check_result' end,
      case when n % 2 = 0 then at + interval '1 minute' end,
      case when status in ('passed', 'failed') then at + n % 600 * interval '1 second' end,
      case when status = 'expired' then jsonb_build_object('progress', 'interrupted', 'page', 'page' || n % 3) end,
      at + interval '30 minutes', at, at
    from generate_series(1, ${count}::int) as n,
      lateral (select case when n % 101 = 0 then 'voided' when n % 13 = 0 then 'expired' when n % 17 = 0 then 'awaiting'
        when n % 5 = 0 then 'failed' else 'passed' end as status) as drawn,
      lateral (select timestamptz '2026-03-01T00:00:00Z' + (n / 2) * 2 * 40 * interval '1 day' / ${count}::int as exact) as spread,
      lateral (select date_trunc('milliseconds', exact) as at) as began`;
  await sql`analyze verifications`;
}
