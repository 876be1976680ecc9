import type { Reach, Severity } from "@verdict/domain";
import { and, desc, eq, inArray } from "drizzle-orm";
import type { Db } from "./database.ts";
import { recordHumanAction } from "./human-actions.ts";
import { inTransaction } from "./in-transaction.ts";
import { isUuid } from "./is-uuid.ts";
import { isBehind, type Page } from "./newest-first.ts";
import { alerts } from "./schema.ts";
import type { RaisedAlert } from "./settlement.ts";
import { alertEvents, writeEvents } from "./write-events.ts";

export type Alert = typeof alerts.$inferSelect;

export type AlertFilter = {
  status?: Alert["status"] | undefined;
  severity?: Alert["severity"] | undefined;
  rule?: string | undefined;
  route?: string | undefined;
  /** Only of these; null: of all. */
  routes?: Reach | undefined;
};

export type NewAlert = {
  id: string;
  rule: string;
  severity: Severity;
  route: string;
  verificationId: string | null;
  /** A line for people, without anything personal. */
  detail: string;
  at: Date;
};

/** Opens an alert about something that goes on, and tells of it. Null: it is open already, and stays as it is. */
export async function raiseAlert(
  db: Db,
  { id, rule, severity, route, verificationId, detail, at }: NewAlert,
): Promise<RaisedAlert | null> {
  const { sql } = db;
  const raised = await sql`
    with raised as (
      insert into alerts (id, rule, severity, route, verification_id, detail, opened_at)
      values (${id}, ${rule}, ${severity}, ${route}, ${verificationId}, ${detail}, ${at.toISOString()}::timestamptz)
      on conflict do nothing
      returning *
    ), ${writeEvents(sql, alertEvents(sql, sql`raised`))}
    select id, (select count(*) from rung) from raised`;
  return raised.length === 1 ? { id, rule, severity, route, verificationId } : null;
}

/** The alerts that fit, newest first. */
export const listAlerts = (db: Db, { status, severity, rule, route, routes }: AlertFilter, { limit, after }: Page) =>
  db.orm
    .select()
    .from(alerts)
    .where(
      and(
        status && eq(alerts.status, status),
        severity && eq(alerts.severity, severity),
        rule !== undefined ? eq(alerts.rule, rule) : undefined,
        route !== undefined ? eq(alerts.route, route) : undefined,
        routes ? inArray(alerts.route, [...routes]) : undefined,
        after && isBehind(alerts, after),
      ),
    )
    .orderBy(desc(alerts.openedAt), desc(alerts.id))
    .limit(limit);

/** Null as well for text that cannot be an id. */
export async function findAlert(db: Db, id: string): Promise<Alert | null> {
  if (!isUuid(id)) return null;
  const found = await db.orm.select().from(alerts).where(eq(alerts.id, id));
  return found[0] ?? null;
}

/** What a person does to an alert. */
type Move = { by: string; at: Date; reason: string | null };

/**
 * Says who has taken note of an open alert. Returns it as it stands afterwards: whoever came first stays on record, and
 * a resolved alert stays as it is. Null: there is no such alert.
 */
export async function acknowledgeAlert(
  db: Db,
  id: string,
  by: string,
  at: Date,
  reason: string | null = null,
): Promise<Alert | null> {
  const changes = { status: "acknowledged", acknowledgedAt: at, acknowledgedBy: by } as const;
  const taken = await moveAlert(db, id, ["open"], changes, { by, at, reason });
  return taken ?? findAlert(db, id);
}

/** Ends an alert. Null: it had ended before, or there is no such alert; nothing was written. */
export function resolveAlert(
  db: Db,
  id: string,
  { by, at, reason }: { by: string; at: Date; reason: string },
): Promise<Alert | null> {
  const changes = { status: "resolved", resolvedAt: at, resolvedBy: by, resolution: reason } as const;
  return moveAlert(db, id, ["open", "acknowledged"], changes, { by, at, reason });
}

const ACTIONS = { acknowledged: "alert.acknowledge", resolved: "alert.resolve" } as const;

/** Moves an alert, puts on record who did it, and tells of it. Null: it is in none of the states `from`, or there is none. */
async function moveAlert(
  db: Db,
  id: string,
  from: readonly Alert["status"][],
  changes: Partial<Alert> & { status: keyof typeof ACTIONS },
  { by, at, reason }: Move,
): Promise<Alert | null> {
  if (!isUuid(id)) return null;
  return inTransaction(db, async ({ orm, sql }) => {
    const [held] = await orm.select().from(alerts).where(eq(alerts.id, id)).for("update");
    if (!held || !from.includes(held.status)) return null;
    await orm.update(alerts).set(changes).where(eq(alerts.id, id));
    await recordHumanAction(orm, {
      at,
      actor: by,
      action: ACTIONS[changes.status],
      subject: id,
      route: held.route,
      verificationId: held.verificationId,
      reason,
      before: { status: held.status },
      after: { status: changes.status },
    });
    const moved = sql`(select * from alerts where id = ${id})`;
    await sql`with ${writeEvents(sql, alertEvents(sql, moved))} select count(*) from rung`;
    return { ...held, ...changes };
  });
}
