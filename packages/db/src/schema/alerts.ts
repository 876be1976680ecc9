import { sql } from "drizzle-orm";
import { check, index, pgTable, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant, oneOf } from "./columns.ts";

export const ALERT_SEVERITIES = ["critical", "warning"] as const;
export const ALERT_STATUSES = ["open", "acknowledged", "resolved"] as const;

/** A condition somebody must know. Written in the statement that writes what it is about. */
export const alerts = pgTable(
  "alerts",
  {
    id: uuid("id").primaryKey(),
    rule: text("rule").notNull(),
    severity: text("severity", { enum: ALERT_SEVERITIES }).notNull(),
    status: text("status", { enum: ALERT_STATUSES }).notNull().default("open"),
    route: text("route").notNull(),
    /** No foreign key: what matches nothing is alerted on, too. */
    verificationId: uuid("verification_id"),
    discrepancyId: uuid("discrepancy_id"),
    /** What happened, in a line without anything personal; for alerts that no discrepancy explains. */
    detail: text("detail"),
    openedAt: instant("opened_at").notNull(),
    acknowledgedAt: instant("acknowledged_at"),
    acknowledgedBy: text("acknowledged_by"),
    resolvedAt: instant("resolved_at"),
    resolvedBy: text("resolved_by"),
    resolution: text("resolution"),
  },
  (table) => [
    unique("alerts_discrepancy_id_unique").on(table.discrepancyId),
    // What goes on is one alert, however often it is noticed.
    uniqueIndex("alerts_ongoing_unique")
      .on(table.rule, table.route, sql`coalesce(verification_id::text, '')`)
      .where(sql`discrepancy_id is null and status <> 'resolved'`),
    index("alerts_verification_id_index").on(table.verificationId),
    index("alerts_opened_at_index").on(table.openedAt, table.id),
    check("alerts_severity_check", oneOf("severity", ALERT_SEVERITIES)),
    check("alerts_status_check", oneOf("status", ALERT_STATUSES)),
    check(
      "alerts_resolved_check",
      sql`(status = 'resolved') = (resolved_at is not null) and (resolved_at is null) = (resolved_by is null)`,
    ),
  ],
);
