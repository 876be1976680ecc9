import type { EventType, Reach } from "@verdict/domain";
import { ADVISORY_LOCKS } from "./advisory-locks.ts";
import type { Db } from "./database.ts";
import { isUuid } from "./is-uuid.ts";
import type { Fragment } from "./write-events.ts";

/** Something the company's systems are told. */
export type FeedEvent = {
  id: string;
  type: EventType;
  route: string;
  /** The verification, discrepancy or alert it tells of. */
  subjectId: string;
  /** Of two events about the same subject, the higher one is what holds. */
  version: number;
  verificationId: string | null;
  at: Date;
  data: Record<string, unknown>;
};

/** A place in the feed: behind the event of that position and id. Positions are whole numbers, too long for a `number`. */
export type FeedPlace = { position: string; id: string };

export type FeedFilter = {
  types?: readonly EventType[] | undefined;
  route?: string | undefined;
  /** Only of these; null: of all. */
  routes?: Reach | undefined;
  verificationId?: string | undefined;
};

export type FeedReading =
  | {
      kind: "read";
      /** In the order of the feed, each with its place. */
      events: (FeedEvent & { place: FeedPlace })[];
      /** Where to go on: behind the last event, or behind everything that has been looked through. */
      next: FeedPlace;
      /** There is more to look through already. */
      more: boolean;
      /** Something is written that will be in the feed as soon as the transactions before it are over. */
      pending: boolean;
    }
  /** The place lies behind everything that can have been read: it was given out before an older state was restored. */
  | { kind: "ahead" }
  /** Events between the place and the oldest one that is kept have been deleted for their age. */
  | { kind: "forgotten" };

/** Before all events of a position. */
const firstAt = (position: string): FeedPlace => ({ position, id: "00000000-0000-0000-0000-000000000000" });

/** So many events at most are looked through for one page, however rare those are that fit: then the page ends there. */
const STEP = 20_000;

/** Times come as milliseconds: as text, they would depend on the server's settings. */
type Row = Omit<FeedEvent, "at"> & { position: string; at: number };
type Step = { stepPosition: null; stepId: null } | { stepPosition: string; stepId: string };
type Looked = { horizon: string; forgotten: string; pending: boolean } & Step & ({ id: null } | Row);

/**
 * Reads the feed behind a place; without one, from the oldest event that is kept. Every event that will ever stand before one
 * that is read has been read before: whoever goes on at `next` gets each event once, however transactions overlap. The price:
 * an event shows when all transactions have ended that began to write before it did. What is held back is not in the feed.
 */
export async function readFeed(
  db: Db,
  filter: FeedFilter,
  { after, limit }: { after?: FeedPlace | undefined; limit: number },
): Promise<FeedReading> {
  const { sql } = db;
  const from = after ?? firstAt("0");
  const fits = fitting(sql, filter);
  // One verification has few events, and an index that finds them.
  const inSteps = fits !== null && filter.verificationId === undefined;
  const ahead = sql`(position, id) > (${from.position}::bigint, ${from.id}::uuid) and position < state.horizon`;
  const source = inSteps ? sql`(select * from events where ${ahead} order by position, id limit ${STEP})` : sql`events`;
  const looked = await sql<Looked[]>`
    with state as materialized (
      select horizon, forgotten_position as forgotten, coalesce((select max(position) from events) >= horizon, false) as pending
      from feed, (select feed_horizon() as horizon) as seen
      limit 1
    ), page as materialized (
      select e.* from state, lateral (
        select * from ${source} as ahead where ${ahead} and ${fits ?? sql`true`} ${ofVerification(sql, filter)}
        order by position, id limit ${limit}) e
    ), step as (
      select e.* from state, lateral (
        select position, id from events where ${inSteps} and (select count(*) from page) < ${limit} and ${ahead}
        order by position, id offset ${STEP - 1} limit 1) e
    )
    select state.*, step.position as "stepPosition", step.id as "stepId", p.id, p.type, p.route, p.subject_id as "subjectId",
      p.version, p.verification_id as "verificationId", round(extract(epoch from p.at) * 1000)::float8 as at, p.data, p.position
    from state left join step on true left join page p on true
    order by p.position, p.id`;
  const [first] = looked;
  if (!first) throw new Error("The feed has no state.");
  const { horizon, forgotten, pending } = first;
  if (after && BigInt(after.position) > BigInt(horizon)) return { kind: "ahead" };
  if (after && BigInt(after.position) < BigInt(forgotten)) return { kind: "forgotten" };

  const events = looked.flatMap((row) => (row.id === null ? [] : [toEvent(row)]));
  const last = events.at(-1)?.place;
  if (last && events.length === limit) return { kind: "read", events, next: last, more: true, pending };
  if (first.stepPosition === null) return { kind: "read", events, next: firstAt(horizon), more: false, pending };
  return { kind: "read", events, next: { position: first.stepPosition, id: first.stepId }, more: true, pending };
}

function toEvent({ id, type, route, subjectId, version, verificationId, at, data, position }: Row) {
  return { id, type, route, subjectId, version, verificationId, at: new Date(at), data, place: { position, id } };
}

/** What events have to fit, whatever they are about. Null: all of them do. */
function fitting(sql: Db["sql"], { types, route, routes }: FeedFilter): Fragment | null {
  const conditions: Fragment[] = [];
  if (types) conditions.push(sql`type = any(${[...types]}::text[])`);
  if (route !== undefined) conditions.push(sql`route = ${route}`);
  if (routes) conditions.push(sql`route = any(${[...routes]}::text[])`);
  return conditions.length === 0 ? null : conditions.reduce((all, one) => sql`${all} and ${one}`);
}

/** An event about a verification's discrepancy or alert counts as one of the verification. */
function ofVerification(sql: Db["sql"], { verificationId }: FeedFilter): Fragment {
  if (verificationId === undefined) return sql``;
  if (!isUuid(verificationId)) return sql`and false`;
  return sql`and (subject_id = ${verificationId}::uuid
    or (verification_id = ${verificationId}::uuid and verification_id <> subject_id))`;
}

/** Whether an event that was read without a filter fits one. */
export const fitsFilter = (event: FeedEvent, { types, route, routes, verificationId }: FeedFilter): boolean =>
  (types?.includes(event.type) ?? true) &&
  (route === undefined || event.route === route) &&
  (routes?.includes(event.route) ?? true) &&
  (verificationId === undefined || event.verificationId === verificationId.toLowerCase());

/** The end of the feed as it stands: what shows behind it has not shown yet. */
export async function findFeedEnd(db: Db): Promise<FeedPlace> {
  const [{ position }] = await db.sql<[{ position: string }]>`select feed_horizon() as position`;
  return firstAt(position);
}

/** Negative: `a` comes before `b`. */
export function comparePlaces(a: FeedPlace, b: FeedPlace): number {
  const apart = BigInt(a.position) - BigInt(b.position);
  if (apart !== 0n) return apart < 0n ? -1 : 1;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

/**
 * Deletes events that happened before a time, from the beginning of the feed to the first younger one, and remembers how far it
 * came. Their deliveries go with them. Looks at `limit` of them at most; returns how many are gone. What is held back stays.
 */
export function forgetEvents(db: Db, before: Date, limit: number): Promise<number> {
  const forgotten = db.sql.begin(async (sql) => {
    await sql`set local verdict.erasing = 'on'`;
    // One at a time, or two would look at the same events.
    await sql`select pg_advisory_xact_lock(${ADVISORY_LOCKS.forgettingEvents})`;
    const [{ count }] = await sql<[{ count: number }]>`
      with first as (
        select position, id, at < ${before.toISOString()}::timestamptz as old from events
        where position < (select feed_horizon()) order by position, id limit ${limit}
      ), old as (
        select id from first where position < all(select position from first where not old)
      ), gone as (
        -- By id in each partition that can hold some: a join would read them all.
        delete from events
        where id = any(array(select id from old))
          and id between (select id from old order by id limit 1) and (select id from old order by id desc limit 1)
        returning position, id
      ), undelivered as (
        delete from deliveries d using gone g where d.event_id = g.id returning d.id
      ), attempts as (
        delete from delivery_attempts a using undelivered u where a.delivery_id = u.id
      ), remembered as (
        update feed set forgotten_position = greatest(forgotten_position, (select max(position) + 1 from gone)),
          forgotten_before = greatest(forgotten_before, ${before.toISOString()}::timestamptz)
        where exists (select from gone)
      )
      select count(*)::int as count from gone`;
    return count;
  });
  return forgotten as Promise<number>;
}
