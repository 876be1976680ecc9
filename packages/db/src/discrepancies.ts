import { randomUUIDv7 } from "node:crypto";
import type { Discrepancy as DiscrepancyType } from "@verdict/domain";
import { and, desc, eq, isNotNull, isNull } from "drizzle-orm";
import type { Db } from "./database.ts";
import { isUuid } from "./is-uuid.ts";
import { isBehind, type Page } from "./newest-first.ts";
import { discrepancies } from "./schema.ts";

export type Discrepancy = typeof discrepancies.$inferSelect;

export type DiscrepancyFilter = {
  status?: "open" | "closed" | undefined;
  type?: DiscrepancyType | undefined;
  route?: string | undefined;
};

const HAS_STATUS = { open: isNull(discrepancies.closedAt), closed: isNotNull(discrepancies.closedAt) };

/** The discrepancies that fit, newest first. */
export const listDiscrepancies = (db: Db, { status, type, route }: DiscrepancyFilter, { limit, after }: Page) =>
  db.orm
    .select()
    .from(discrepancies)
    .where(
      and(
        status && HAS_STATUS[status],
        type && eq(discrepancies.type, type),
        route !== undefined ? eq(discrepancies.route, route) : undefined,
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
 * Closes a discrepancy and, in the same statement, resolves its alert for the same reason and puts on record who did it; an
 * alert that was resolved before keeps its own. False: it had been closed before, or there is no such discrepancy; nothing was written.
 */
export async function closeDiscrepancy(
  db: Db,
  id: string,
  { by, at, reason }: { by: string; at: Date; reason: string },
): Promise<boolean> {
  if (!isUuid(id)) return false;
  const closed = await db.sql`
    with closed as (
      update discrepancies
      set closed_at = ${at.toISOString()}::timestamptz, closed_by = ${by}, closing_reason = ${reason}
      where id = ${id} and closed_at is null
      returning id, route, verification_id, closed_at, closed_by, closing_reason
    ), resolved as (
      update alerts a
      set status = 'resolved', resolved_at = c.closed_at, resolved_by = c.closed_by, resolution = c.closing_reason
      from closed c where a.discrepancy_id = c.id and a.status <> 'resolved'
    ), recorded as (
      insert into human_actions (id, at, actor, action, subject, route, verification_id, reason, before, after)
      select ${randomUUIDv7()}::uuid, closed_at, closed_by, 'discrepancy.resolve', id::text, route, verification_id,
        closing_reason, '{"status":"open"}', '{"status":"closed"}'
      from closed
      returning id
    ), to_seal as (
      insert into unsealed (rows)
      select jsonb_build_array(jsonb_build_array('human_action', id)) from recorded
    )
    select id from closed`;
  return closed.length === 1;
}
