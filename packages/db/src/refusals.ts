import type { Reach } from "@verdict/domain";
import { and, desc, eq, inArray, lt, sql } from "drizzle-orm";
import type { Db } from "./database.ts";
import { refusals } from "./schema.ts";
import { storableJson } from "./storable-json.ts";

/** Requests turned away within one hour, by route, reason and the network they came from. `times` is above zero. */
export type RefusalCount = typeof refusals.$inferSelect;

/** What tells one row from the others. */
export type RefusalKey = Pick<RefusalCount, "hour" | "route" | "reason" | "source">;

/**
 * Adds counts to those on record, in one statement. A key may appear several times, and from several processes at once.
 * Not repeatable: whoever tries again after an error without knowing whether the first try was committed may count twice.
 */
export async function addRefusals(db: Db, counts: readonly RefusalCount[]): Promise<void> {
  if (counts.length === 0) return;
  // In the order of the key, so that two processes that write the same rows wait for each other and never in a circle.
  await db.sql`
    insert into refusals as held (hour, route, reason, source, times, first_at, last_at)
    select hour, route, reason, source, sum(times)::bigint, min("firstAt"), max("lastAt")
    from json_to_recordset(${storableJson(counts)}::text::json) as r(
      "hour" timestamptz, "route" text, "reason" text, "source" text, "times" bigint, "firstAt" timestamptz,
      "lastAt" timestamptz)
    group by hour, route, reason, source order by hour, route, reason, source
    on conflict (hour, route, reason, source) do update set
      times = held.times + excluded.times, first_at = least(held.first_at, excluded.first_at),
      last_at = greatest(held.last_at, excluded.last_at)`;
}

export type RefusalFilter = {
  /** The span of time; an hour that reaches into it belongs to it. */
  from?: Date | undefined;
  to?: Date | undefined;
  route?: string | undefined;
  /** Only of these; null: of all. */
  routes?: Reach | undefined;
  reason?: string | undefined;
  source?: string | undefined;
  limit: number;
  /** The last row of the page before. */
  after?: RefusalKey | undefined;
};

/** Newest hour first; within an hour in a fixed order, so that pages neither overlap nor leave a row out. */
export function listRefusals(db: Db, filter: RefusalFilter): Promise<RefusalCount[]> {
  const { from, to, route, routes, reason, source, limit, after } = filter;
  const key = sql`(${refusals.hour}, ${refusals.route}, ${refusals.reason}, ${refusals.source})`;
  return db.orm
    .select()
    .from(refusals)
    .where(
      and(
        from && sql`${refusals.hour} > ${from.toISOString()}::timestamptz - interval '1 hour'`,
        to && lt(refusals.hour, to),
        route === undefined ? undefined : eq(refusals.route, route),
        routes ? inArray(refusals.route, [...routes]) : undefined,
        reason === undefined ? undefined : eq(refusals.reason, reason),
        source === undefined ? undefined : eq(refusals.source, source),
        after &&
          sql`${key} < (${after.hour.toISOString()}::timestamptz, ${after.route}, ${after.reason}, ${after.source})`,
      ),
    )
    .orderBy(desc(refusals.hour), desc(refusals.route), desc(refusals.reason), desc(refusals.source))
    .limit(limit);
}

/** Deletes at most `limit` rows of hours that began before `before`, oldest first. Returns how many; fewer means done. */
export async function forgetRefusals(db: Db, before: Date, limit: number): Promise<number> {
  const forgotten = await db.sql`
    delete from refusals where (hour, route, reason, source) in (
      select hour, route, reason, source from refusals where hour < ${before.toISOString()}::timestamptz
      order by hour limit ${limit} for update skip locked)`;
  return forgotten.count;
}
