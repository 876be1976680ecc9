import type { Db } from "./database.ts";
import { readInstantOrNull } from "./read-instant.ts";
import { sqlStateOf } from "./transient.ts";

/** For so many weeks ahead there is a partition of the events: time enough to notice that nobody makes more. */
export const WEEKS_AHEAD = 4;

/** Somebody reads or writes for longer than others should have to wait behind us. */
const LOCK_NOT_AVAILABLE = "55P03";

/**
 * Makes the partitions of events that are missing for this week and those ahead. Returns how many; null: somebody reads events for so
 * long that nobody was to wait for it, so it has to be tried again. Any number of processes may call it at once.
 */
export async function makeEventPartitions({ sql }: Pick<Db, "sql">): Promise<number | null> {
  return unlessLocked(async () => {
    const [{ made }] = await sql<[{ made: number }]>`select create_event_partitions(${WEEKS_AHEAD}::int) as made`;
    return made;
  });
}

/**
 * Drops the partitions of which all events happened before a time and are told, with their deliveries; `limit` of these at a time. A week
 * of which one is held back stays whole. Returns how many events are gone; none as well while somebody reads events for long: then it
 * is tried again the next time.
 */
export async function dropOldEvents({ sql }: Pick<Db, "sql">, before: Date, limit: number): Promise<number> {
  const old = await sql<{ since: string | null; until: string }[]>`
    select since, until from old_event_partitions(${before.toISOString()}::timestamptz)`;
  if (old.length === 0) return 0;
  // Before, and not with the partition: there may be millions, and everybody who writes events waits for the one who drops.
  for (const { since, until } of old) {
    while ((await forgetDeliveries(sql, since ?? LOWEST_ID, until, limit)) === limit);
  }
  const dropped = await unlessLocked(async () => {
    const [{ gone }] = await sql<[{ gone: number }]>`
      select drop_event_partitions(${before.toISOString()}::timestamptz)::float8 as gone`;
    return gone;
  });
  return dropped ?? 0;
}

const LOWEST_ID = "00000000-0000-0000-0000-000000000000";

/** Deletes deliveries of events with ids from one on and below another. */
async function forgetDeliveries(sql: Db["sql"], since: string, until: string, limit: number): Promise<number> {
  const [{ count }] = await sql<[{ count: number }]>`
    with gone as (
      delete from deliveries where id = any(array(
        select id from deliveries where event_id >= ${since}::uuid and event_id < ${until}::uuid order by event_id limit ${limit}))
      returning id
    ), attempts as (
      delete from delivery_attempts a using gone g where a.delivery_id = g.id
    )
    select count(*)::int as count from gone`;
  return count;
}

export type EventRoom = {
  /** Until when there are partitions for events. */
  until: Date | null;
  /** Events that belong to none of them, and are kept all the same; counted up to 100,000. */
  unplaced: number;
};

/** How far ahead events have their place. */
export async function readEventRoom({ sql }: Pick<Db, "sql">): Promise<EventRoom> {
  const [{ until, unplaced }] = await sql<[{ until: string | null; unplaced: number }]>`
    select (select max(id_made_at(until)) from event_partitions()) as until,
      (select count(*)::int from (select from events_default limit 100000) as outside) as unplaced`;
  return { until: readInstantOrNull(until), unplaced };
}

async function unlessLocked<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (sqlStateOf(error) === LOCK_NOT_AVAILABLE) return null;
    throw error;
  }
}
