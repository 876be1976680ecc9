import type { Db } from "./database.ts";
import { inTransaction } from "./in-transaction.ts";

/** Any number, the same in every process. */
const LOCK = 7_415_620_135;

const DAY_MS = 86_400_000;

/** So many steps of `seconds` make a power of ten: each reaches 12 % further than the one below. */
export const STEPS_BY_DECADE = 20;

/** What a round of counting came to: so many hours, or another process is at it. */
export type Counted = { kind: "counted"; hours: Date[] } | { kind: "busy" };

/**
 * Counts up to `limit` stale hours anew, and their days, the latest first, and takes them off the list, all in one transaction and by one process at
 * a time. The list is read before the rows, so a change that is committed in between lists its hour again.
 */
export function countStaleHours(db: Db, limit: number): Promise<Counted> {
  return inTransaction(db, async ({ sql }): Promise<Counted> => {
    const [lock] = await sql<[{ held: boolean }]>`select pg_try_advisory_xact_lock(${LOCK}) as held`;
    if (!lock.held) return { kind: "busy" };
    const taken = await sql<{ hour: number }[]>`
      with next as (select distinct hour from stale_hours order by hour desc limit ${limit}),
        taken as (delete from stale_hours s using next where s.hour = next.hour)
      select extract(epoch from hour)::float8 * 1000 as hour from next order by hour`;
    const hours = taken.map(({ hour }) => new Date(hour));
    for (const hour of hours) await countHour({ sql }, hour);
    const days = new Set(hours.map((hour) => Math.floor(hour.getTime() / DAY_MS) * DAY_MS));
    for (const day of days) await sumDay({ sql }, new Date(day));
    return { kind: "counted", hours };
  });
}

/** Makes the counts of an hour what its verifications say now. Rows of counts that stay as they are are not written. */
async function countHour({ sql }: Pick<Db, "sql">, hour: Date): Promise<void> {
  const at = hour.toISOString();
  await sql`
    with alike as (
      select route, product, coalesce(scene_code, '') as scene_code, status, sub_code,
        case when status = 'expired' then coalesce(walk_away->>'progress', 'unknown') end as progress,
        case when status = 'expired' then walk_away->>'page' end as page,
        case when outcome_source = 'check_result' then
          case when claimed_at is null then 'missing' else 'arrived' end end as callback,
        case when status in ('passed', 'failed') then
          ceil(${STEPS_BY_DECADE}::int * log(greatest(extract(epoch from confirmed_at - created_at)::float8, 0.1)))::int
        end as step,
        count(*) as verifications
      from verifications
      where created_at >= ${at}::timestamptz and created_at < ${at}::timestamptz + interval '1 hour'
      group by 1, 2, 3, 4, 5, 6, 7, 8, 9
    ), counted as (
      select route, product, scene_code, measure, value, sum(verifications)::int as count
      from alike cross join lateral (values ('status', status), ('sub_code', sub_code), ('progress', progress), ('page', page),
        ('callback', callback), ('seconds', step::text)) as said(measure, value)
      where value is not null
      group by 1, 2, 3, 4, 5
    ), written as (
      insert into verification_counts as held (hour, route, product, scene_code, measure, value, count)
      select ${at}::timestamptz, route, product, scene_code, measure, value, count from counted
      on conflict (hour, route, product, scene_code, measure, value) do update set count = excluded.count
      where held.count <> excluded.count
    )
    delete from verification_counts held
    where hour = ${at}::timestamptz and not exists (
      select from counted c
      where (c.route, c.product, c.scene_code, c.measure, c.value)
        = (held.route, held.product, held.scene_code, held.measure, held.value))`;
}

/** Makes the counts of a UTC day the sums of its hours. */
async function sumDay({ sql }: Pick<Db, "sql">, day: Date): Promise<void> {
  const at = day.toISOString();
  await sql`
    with summed as (
      select route, product, scene_code, measure, value, sum(count)::int as count from verification_counts
      where hour >= ${at}::timestamptz and hour < ${at}::timestamptz + interval '24 hours'
      group by 1, 2, 3, 4, 5
    ), written as (
      insert into verification_day_counts as held (day, route, product, scene_code, measure, value, count)
      select ${at}::timestamptz, route, product, scene_code, measure, value, count from summed
      on conflict (day, route, product, scene_code, measure, value) do update set count = excluded.count
      where held.count <> excluded.count
    )
    delete from verification_day_counts held
    where day = ${at}::timestamptz and not exists (
      select from summed s
      where (s.route, s.product, s.scene_code, s.measure, s.value)
        = (held.route, held.product, held.scene_code, held.measure, held.value))`;
}

/** Since when the longest-waiting hour has been stale; null when none is. */
export async function findStaleSince({ sql }: Db): Promise<Date | null> {
  const [waiting] = await sql<{ since: number }[]>`
    select extract(epoch from since)::float8 * 1000 as since from stale_hours order by id limit 1`;
  return waiting ? new Date(waiting.since) : null;
}
