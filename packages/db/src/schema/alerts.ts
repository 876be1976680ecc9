import { sql } from "drizzle-orm";
import { check, index, pgTable, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant, oneOf } from "./columns.ts";

export const ALERT_SEVERITIES = ["critical", "warning"] as const;
export const ALERT_STATUSES = ["open", "acknowledged", "resolved"] as const;

/** Of an alert that a callback raised: whether the provider has confirmed what that said. */
export const CONFIRMATIONS = ["unconfirmed", "confirmed", "contradicted"] as const;

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
    /** What of the route it is about, by the rule: a scene, a product, the hash of a user. Never shown. */
    subject: text("subject"),
    confirmation: text("confirmation", { enum: CONFIRMATIONS }),
    /** Alerts of one key are told together. Empty at insertion: rule and route. */
    groupKey: text("group_key").notNull().default(""),
    /** Set by a trigger. */
    groupId: uuid("group_id"),
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
      .on(table.rule, table.route, sql`coalesce(verification_id::text, '')`, sql`coalesce(subject, '')`)
      .where(sql`discrepancy_id is null and status <> 'resolved'`),
    index("alerts_verification_id_index").on(table.verificationId),
    index("alerts_opened_at_index").on(table.openedAt, table.id),
    index("alerts_group_id_index").on(table.groupId),
    // Alerts about what went on, which retention looks for; others go with what they are about.
    index("alerts_over_index")
      .on(table.resolvedAt)
      .where(sql`status = 'resolved' and verification_id is null and discrepancy_id is null`),
    index("alerts_ongoing_index").on(table.rule).where(sql`status <> 'resolved'`),
    check("alerts_severity_check", oneOf("severity", ALERT_SEVERITIES)),
    check("alerts_status_check", oneOf("status", ALERT_STATUSES)),
    check("alerts_confirmation_check", oneOf("confirmation", CONFIRMATIONS)),
    check(
      "alerts_resolved_check",
      sql`(status = 'resolved') = (resolved_at is not null) and (resolved_at is null) = (resolved_by is null)`,
    ),
  ],
);
