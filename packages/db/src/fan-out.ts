import type { Db } from "./database.ts";
import { inTransaction } from "./in-transaction.ts";

/** `busy`: another process is at it. `pending`: there is something that shows as soon as transactions before it are over. */
export type FannedOut = { kind: "busy" } | { kind: "done"; events: number; deliveries: number; pending: boolean };

/**
 * Makes the deliveries of the next events of the feed, at most `limit` of them, for the endpoints that want them; also for those that are
 * disabled, whose events wait. How far it came is committed with them, and every event that will ever stand before one that is
 * read has been read before: each becomes its deliveries once, whatever process dies when.
 */
export async function fanOutEvents(db: Db, { now, limit }: { now: Date; limit: number }): Promise<FannedOut> {
  // Looking takes no lock and no transaction id, which would hold up the feed of others for a moment.
  const [{ some, pending }] = await db.sql<[{ some: boolean; pending: boolean }]>`
    select coalesce(bool_or(e.position < h.horizon), false) as some, coalesce(bool_or(e.position >= h.horizon), false) as pending
    from (select feed_horizon() as horizon) as h, fan_out f, lateral (
      select position from events where (position, id) > (f.position, f.event_id) order by position, id limit 1) as e`;
  return some ? makeDeliveries(db, now, limit) : { kind: "done", events: 0, deliveries: 0, pending };
}

const makeDeliveries = (db: Db, now: Date, limit: number): Promise<FannedOut> =>
  inTransaction(db, async ({ sql }): Promise<FannedOut> => {
    const [from] = await sql<{ position: string; eventId: string }[]>`
      select position::text, event_id as "eventId" from fan_out for update skip locked`;
    if (!from) return { kind: "busy" };
    const [made] = await sql<[{ events: number; deliveries: number; pending: boolean }]>`
      with state as materialized (
        select feed_horizon() as horizon
      ), page as materialized (
        select id, type, route, position from events
        where (position, id) > (${from.position}::bigint, ${from.eventId}::uuid) and position < (select horizon from state)
        order by position, id limit ${limit}
      ), wanting as (
        select id, types, routes from endpoints order by id for key share
      ), made as (
        insert into deliveries (id, endpoint_id, event_id, type, route, state, next_attempt_at, created_at)
        select new_event_id(), w.id, p.id, p.type, p.route, 'pending', ${now.toISOString()}::timestamptz, ${now.toISOString()}::timestamptz
        from page p join wanting w on (w.types is null or p.type = any(w.types))
          and (w.routes is null or p.route = any(w.routes))
        order by p.position, p.id
        on conflict do nothing
        returning 1
      ), moved as (
        update fan_out set position = last.position, event_id = last.id
        from (select position, id from page order by position desc, id desc limit 1) as last
      )
      select (select count(*)::int from page) as events, (select count(*)::int from made) as deliveries,
        coalesce((select max(position) from events) >= (select horizon from state), false) as pending`;
    return { kind: "done", ...made };
  });
