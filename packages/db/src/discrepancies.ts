import { randomUUIDv7 } from "node:crypto";
import { type Discrepancy as DiscrepancyType, DOUBTS, type Reach } from "@verdict/domain";
import { and, desc, eq, inArray, isNotNull, isNull } from "drizzle-orm";
import { type Closing, closeDiscrepancies } from "./close-discrepancies.ts";
import type { Db } from "./database.ts";
import { inTransaction } from "./in-transaction.ts";
import { isUuid } from "./is-uuid.ts";
import { isBehind, type Page } from "./newest-first.ts";
import { discrepancies } from "./schema.ts";
import { alertEvents, discrepancyEvents, EVENTS_CHANNEL, writeEvents } from "./write-events.ts";

export type Discrepancy = typeof discrepancies.$inferSelect;

export type DiscrepancyFilter = {
  status?: "open" | "closed" | undefined;
  type?: DiscrepancyType | undefined;
  route?: string | undefined;
  /** Only of these; null: of all. */
  routes?: Reach | undefined;
};

const HAS_STATUS = { open: isNull(discrepancies.closedAt), closed: isNotNull(discrepancies.closedAt) };

/** The discrepancies that fit, newest first. */
export const listDiscrepancies = (db: Db, { status, type, route, routes }: DiscrepancyFilter, { limit, after }: Page) =>
  db.orm
    .select()
    .from(discrepancies)
    .where(
      and(
        status && HAS_STATUS[status],
        type && eq(discrepancies.type, type),
        route !== undefined ? eq(discrepancies.route, route) : undefined,
        routes ? inArray(discrepancies.route, [...routes]) : undefined,
        after && isBehind(discrepancies, after),
      ),
    )
    .orderBy(desc(discrepancies.openedAt), desc(discrepancies.id))
    .limit(limit);

/** Null as well for text that cannot be an id. */
export async function findDiscrepancy(db: Db, id: string): Promise<Discrepancy | null> {
  if (!isUuid(id)) return null;
  const found = await db.orm.select().from(discrepancies).where(eq(discrepancies.id, id));
  return found[0] ?? null;
}

/**
 * Closes a discrepancy and, in the same transaction, resolves its alert for the same reason, puts on record who did it, and tells
 * what it held back, unless another one puts that in doubt as well; an alert that was resolved before keeps its own reason.
 * False: it had been closed before, or there is no such discrepancy; nothing was written.
 */
export async function closeDiscrepancy(db: Db, id: string, closing: Closing): Promise<boolean> {
  if (!isUuid(id)) return false;
  return inTransaction(db, async ({ sql }) => {
    // All that hold back the same events, in one order for everybody, so that no two who close them wait for each other.
    await sql`
      select id from discrepancies
      where closed_at is null and verification_id = (select verification_id from discrepancies where id = ${id})
        and (type = any(${DOUBTS}::text[]) or id = ${id})
      order by id for update`;
    const closed = await writeClosing(sql, id, closing);
    // A statement of its own, since only this one sees what was held back by somebody whom the lock above waited for.
    if (closed) await release(sql, id);
    return closed;
  });
}

async function writeClosing(sql: Db["sql"], id: string, closing: Closing): Promise<boolean> {
  const closed = await sql`
    with ${closeDiscrepancies(sql, sql`id = ${id}`, closing)}, recorded as (
      insert into human_actions (id, at, actor, action, subject, route, verification_id, reason, before, after)
      select ${randomUUIDv7()}::uuid, closed_at, closed_by, 'discrepancy.resolve', id::text, route, verification_id,
        closing_reason, '{"status":"open"}', '{"status":"closed"}'
      from closed
      returning id
    ), to_seal as (
      insert into unsealed (rows)
      select jsonb_build_array(jsonb_build_array('human_action', id)) from recorded
    ), ${writeEvents(sql, discrepancyEvents(sql, sql`closed`), alertEvents(sql, sql`resolved`))}
    select id, (select count(*) from rung) from closed`;
  return closed.length === 1;
}

/** Gives the events that a closed discrepancy held back their place in the feed, or to the next one that puts them in doubt. */
async function release(sql: Db["sql"], id: string): Promise<void> {
  await sql`
    with next as (
      select d.id from discrepancies c join discrepancies d on d.verification_id = c.verification_id
      where c.id = ${id} and d.closed_at is null and d.type = any(${DOUBTS}::text[])
      order by d.id limit 1
    ), released as (
      update events
      set held_by = coalesce((select id from next), held_by),
        position = case when not exists (select from next) then (select feed_position()) end
      where held_by = ${id} and position is null
      returning position
    )
    select pg_notify(${EVENTS_CHANNEL}, '') from released where position is not null limit 1`;
}
