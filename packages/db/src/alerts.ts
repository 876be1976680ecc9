import { and, desc, eq, ne } from "drizzle-orm";
import type { Db } from "./database.ts";
import { isUuid } from "./is-uuid.ts";
import { isBehind, type Page } from "./newest-first.ts";
import { alerts } from "./schema.ts";

export type Alert = typeof alerts.$inferSelect;

export type AlertFilter = {
  status?: Alert["status"] | undefined;
  severity?: Alert["severity"] | undefined;
  rule?: string | undefined;
  route?: string | undefined;
};

/** The alerts that fit, newest first. */
export const listAlerts = (db: Db, { status, severity, rule, route }: AlertFilter, { limit, after }: Page) =>
  db.orm
    .select()
    .from(alerts)
    .where(
      and(
        status && eq(alerts.status, status),
        severity && eq(alerts.severity, severity),
        rule !== undefined ? eq(alerts.rule, rule) : undefined,
        route !== undefined ? eq(alerts.route, route) : undefined,
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

/**
 * Says who has taken note of an open alert. Returns it as it stands afterwards: whoever came first stays on record, and
 * a resolved alert stays as it is. Null: there is no such alert.
 */
export async function acknowledgeAlert(db: Db, id: string, by: string, at: Date): Promise<Alert | null> {
  if (!isUuid(id)) return null;
  const taken = await db.orm
    .update(alerts)
    .set({ status: "acknowledged", acknowledgedAt: at, acknowledgedBy: by })
    .where(and(eq(alerts.id, id), eq(alerts.status, "open")))
    .returning();
  return taken[0] ?? findAlert(db, id);
}

/** Ends an alert. Null: it had ended before, or there is no such alert; nothing was written. */
export async function resolveAlert(
  db: Db,
  id: string,
  { by, at, reason }: { by: string; at: Date; reason: string },
): Promise<Alert | null> {
  if (!isUuid(id)) return null;
  const ended = await db.orm
    .update(alerts)
    .set({ status: "resolved", resolvedAt: at, resolvedBy: by, resolution: reason })
    .where(and(eq(alerts.id, id), ne(alerts.status, "resolved")))
    .returning();
  return ended[0] ?? null;
}
