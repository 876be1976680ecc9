import type postgres from "postgres";

/** So many steps of `seconds` make a power of ten: each reaches 12 % further than the one below. */
export const STEPS_BY_DECADE = 20;

/**
 * A query that counts verifications by what statistics tell of them: rows of (hour, route, product, scene_code, measure, value,
 * count). `which` is a condition on `verifications`. They are grouped before each becomes a row for every measure.
 */
export const countMarks = (sql: postgres.ISql, which: postgres.Fragment): postgres.Fragment => sql`
  select hour, route, product, scene_code, measure, value, sum(verifications)::int as count
  from (
    select date_trunc('hour', created_at, 'UTC') as hour, route, product, coalesce(scene_code, '') as scene_code, status, sub_code,
      case when status = 'expired' then coalesce(walk_away->>'progress', 'unknown') end as progress,
      case when status = 'expired' then walk_away->>'page' end as page,
      case when outcome_source = 'check_result' then
        case when claimed_at is null then 'missing' else 'arrived' end end as callback,
      case when status in ('passed', 'failed') then
        ceil(${STEPS_BY_DECADE}::int * log(greatest(extract(epoch from confirmed_at - created_at)::float8, 0.1)))::int
      end as step,
      count(*) as verifications
    from verifications where ${which}
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
  ) as alike
  cross join lateral (values ('status', status), ('sub_code', sub_code), ('progress', progress), ('page', page),
    ('callback', callback), ('seconds', step::text)) as said(measure, value)
  where value is not null
  group by 1, 2, 3, 4, 5, 6`;

/** Keeps what verifications count that are about to be erased: whenever their hours are counted again, it is counted as well. */
export async function keepCounts(sql: postgres.ISql, verificationIds: readonly string[]): Promise<void> {
  await sql`
    insert into erased_counts as held (hour, route, product, scene_code, measure, value, count)
    ${countMarks(sql, sql`id = any(${[...verificationIds]}::uuid[])`)}
    on conflict (hour, route, product, scene_code, measure, value) do update set count = held.count + excluded.count`;
}
