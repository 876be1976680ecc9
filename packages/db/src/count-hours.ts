import type postgres from "postgres";
import { ADVISORY_LOCKS } from "./advisory-locks.ts";
import { countMarks } from "./count-marks.ts";
import type { Db } from "./database.ts";
import { inTransaction } from "./in-transaction.ts";

const DAY_MS = 86_400_000;

/** What a round of counting came to: so many hours, or another process is at it. */
export type Counted = { kind: "counted"; hours: Date[] } | { kind: "busy" };

/**
 * Counts up to `limit` stale hours anew, and their days, the latest first, and takes them off the list, all in one transaction and by one process at
 * a time. The list is read before the rows, so a change that is committed in between lists its hour again.
 */
export function countStaleHours(db: Db, limit: number): Promise<Counted> {
  return inTransaction(db, async ({ sql }): Promise<Counted> => {
    const [lock] = await sql<
      [{ held: boolean }]
    >`select pg_try_advisory_xact_lock(${ADVISORY_LOCKS.countingHours}) as held`;
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

/** Makes the counts of an hour what its verifications say now, erased ones included. */
function countHour({ sql }: Pick<Db, "sql">, hour: Date): Promise<void> {
  const at = hour.toISOString();
  const ofHour = sql`created_at >= ${at}::timestamptz and created_at < ${at}::timestamptz + interval '1 hour'`;
  const marks = sql`
    ${countMarks(sql, ofHour)}
    union all
    select hour, route, product, scene_code, measure, value, count from erased_counts where hour = ${at}::timestamptz`;
  return replaceCounts(sql, { table: "verification_counts", time: "hour", at }, marks);
}

/** Makes the counts of a UTC day the sums of its hours. */
function sumDay({ sql }: Pick<Db, "sql">, day: Date): Promise<void> {
  const at = day.toISOString();
  const marks = sql`
    select * from verification_counts
    where hour >= ${at}::timestamptz and hour < ${at}::timestamptz + interval '24 hours'`;
  return replaceCounts(sql, { table: "verification_day_counts", time: "day", at }, marks);
}

type Place = { table: string; time: "hour" | "day"; at: string };

/** Makes the rows of a time in a table of counts the sums of these marks. Rows that stay as they are are not written. */
async function replaceCounts(sql: Db["sql"], { table, time, at }: Place, marks: postgres.Fragment): Promise<void> {
  await sql`
    with counted as (
      select route, product, scene_code, measure, value, sum(count)::int as count from (${marks}) as every
      group by 1, 2, 3, 4, 5
    ), written as (
      insert into ${sql(table)} as held (${sql(time)}, route, product, scene_code, measure, value, count)
      select ${at}::timestamptz, route, product, scene_code, measure, value, count from counted
      on conflict (${sql(time)}, route, product, scene_code, measure, value) do update set count = excluded.count
      where held.count <> excluded.count
    )
    delete from ${sql(table)} held
    where ${sql(time)} = ${at}::timestamptz and not exists (
      select from counted c
      where (c.route, c.product, c.scene_code, c.measure, c.value)
        = (held.route, held.product, held.scene_code, held.measure, held.value))`;
}

/** Since when the longest-waiting hour has been stale; null when none is. */
export async function findStaleSince({ sql }: Db): Promise<Date | null> {
  const [waiting] = await sql<{ since: number }[]>`
    select extract(epoch from since)::float8 * 1000 as since from stale_hours order by id limit 1`;
  return waiting ? new Date(waiting.since) : null;
}
