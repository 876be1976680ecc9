import { eq, inArray } from "drizzle-orm";
import type { Alert } from "./alerts.ts";
import type { Db } from "./database.ts";
import { recordHumanAction } from "./human-actions.ts";
import { inTransaction } from "./in-transaction.ts";
import { isUuid } from "./is-uuid.ts";
import { alerts } from "./schema.ts";
import { alertEvents, writeEvents } from "./write-events.ts";

/** Who hands an alert to whom, and what he has to say about it. Ids. */
export type Assignment = { to: string; by: string; at: Date; reason: string | null };

/**
 * Hands an alert to somebody, who from then on counts as the one who looks after it; an open one is acknowledged with it, and
 * that is told. Null: it has ended, or there is no such alert; nothing was written.
 */
export async function assignAlert(db: Db, id: string, { to, by, at, reason }: Assignment): Promise<Alert | null> {
  if (!isUuid(id)) return null;
  return inTransaction(db, async ({ orm, sql }) => {
    const [held] = await orm.select().from(alerts).where(eq(alerts.id, id)).for("update");
    if (!held || held.status === "resolved") return null;
    const changes = { status: "acknowledged", acknowledgedBy: to, acknowledgedAt: held.acknowledgedAt ?? at } as const;
    await orm.update(alerts).set(changes).where(eq(alerts.id, id));
    await recordHumanAction(orm, {
      ...{ at, actor: by, action: "alert.assign", subject: id, route: held.route },
      ...{ verificationId: held.verificationId, reason },
      before: { status: held.status, acknowledgedBy: held.acknowledgedBy },
      after: { status: changes.status, acknowledgedBy: to },
    });
    if (held.status === "open") {
      const moved = sql`(select * from alerts where id = ${id})`;
      await sql`with ${writeEvents(sql, alertEvents(sql, moved))} select count(*) from rung`;
    }
    return { ...held, ...changes };
  });
}

/** Puts a note about an alert on record, also about one that has ended. False: there is no such alert. */
export async function noteOnAlert(
  db: Db,
  id: string,
  { by, at, note }: { by: string; at: Date; note: string },
): Promise<boolean> {
  if (!isUuid(id)) return false;
  return inTransaction(db, async ({ orm }) => {
    const [held] = await orm.select().from(alerts).where(eq(alerts.id, id));
    if (!held) return false;
    await recordHumanAction(orm, {
      ...{ at, actor: by, action: "alert.note", subject: id, route: held.route },
      ...{ verificationId: held.verificationId, reason: note, before: null, after: null },
    });
    return true;
  });
}

/** The alerts of discrepancies. Each has one. */
export const listAlertsOfDiscrepancies = async (db: Db, discrepancyIds: readonly string[]): Promise<Alert[]> =>
  discrepancyIds.length === 0
    ? []
    : db.orm
        .select()
        .from(alerts)
        .where(inArray(alerts.discrepancyId, [...discrepancyIds]));
