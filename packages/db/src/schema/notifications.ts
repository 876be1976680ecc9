import { NOTIFICATION_KINDS, NOTIFICATION_STATES } from "@verdict/domain";
import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { ALERT_SEVERITIES } from "./alerts.ts";
import { instant, oneOf } from "./columns.ts";

/**
 * Alerts that are told together. A trigger keeps it with the alerts themselves, so that whatever statement writes an alert also
 * commits that somebody has to be told.
 */
export const alertGroups = pgTable(
  "alert_groups",
  {
    id: uuid("id").primaryKey(),
    key: text("key").notNull(),
    rule: text("rule").notNull(),
    route: text("route").notNull(),
    /** The most urgent there was. */
    severity: text("severity", { enum: ALERT_SEVERITIES }).notNull(),
    /** All alerts it ever had; how many are confirmed, go on, and wait for somebody to acknowledge them. */
    count: integer("count").notNull().default(0),
    confirmed: integer("confirmed").notNull().default(0),
    open: integer("open").notNull().default(0),
    unacknowledged: integer("unacknowledged").notNull().default(0),
    openedAt: instant("opened_at").notNull(),
    /** When its latest alert was raised. */
    lastAt: instant("last_at").notNull(),
    /** When its last alert was resolved. The next one opens another group. */
    closedAt: instant("closed_at"),
    /** From then on somebody has to look what is to be told. Null: not before something happens. */
    dueAt: instant("due_at"),
  },
  (table) => [
    uniqueIndex("alert_groups_open_unique").on(table.key).where(sql`closed_at is null`),
    index("alert_groups_due_at_index").on(table.dueAt).where(sql`due_at is not null`),
    // What retention looks for.
    index("alert_groups_closed_at_index").on(table.closedAt).where(sql`closed_at is not null`),
    check("alert_groups_severity_check", oneOf("severity", ALERT_SEVERITIES)),
    check("alert_groups_counts_check", sql`open between 0 and count and unacknowledged between 0 and open`),
  ],
);

/** One telling of one channel about a group: to be sent, sent, or kept from being sent. */
export const notifications = pgTable(
  "notifications",
  {
    id: uuid("id").primaryKey(),
    groupId: uuid("group_id")
      .notNull()
      .references(() => alertGroups.id),
    /** No foreign key: what was told stays on record when its channel is deleted. */
    channelId: uuid("channel_id").notNull(),
    channelName: text("channel_name").notNull(),
    kind: text("kind", { enum: NOTIFICATION_KINDS }).notNull(),
    state: text("state", { enum: NOTIFICATION_STATES }).notNull(),
    /** The group's counts as they were told. */
    count: integer("count").notNull(),
    confirmed: integer("confirmed").notNull(),
    /** The silence, or the alert, that kept it from being sent. */
    heldBy: uuid("held_by"),
    attempts: integer("attempts").notNull().default(0),
    /** Also until when another process is sending it. */
    nextAttemptAt: instant("next_attempt_at"),
    /** In a line that holds no secret. */
    lastError: text("last_error"),
    createdAt: instant("created_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (table) => [
    uniqueIndex("notifications_pending_unique").on(table.groupId, table.channelId).where(sql`state = 'pending'`),
    index("notifications_next_attempt_at_index").on(table.nextAttemptAt).where(sql`state = 'pending'`),
    index("notifications_group_id_index").on(table.groupId, table.createdAt),
    check("notifications_kind_check", oneOf("kind", NOTIFICATION_KINDS)),
    check("notifications_state_check", oneOf("state", NOTIFICATION_STATES)),
    check("notifications_pending_check", sql`(state = 'pending') = (next_attempt_at is not null)`),
  ],
);

/** Where alerts are told. */
export const channels = pgTable(
  "channels",
  {
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    kind: text("kind").notNull(),
    /** What may be shown of its configuration. */
    config: jsonb("config").$type<Record<string, unknown>>().notNull(),
    /** The rest of it, encrypted. */
    secrets: text("secrets").notNull(),
    severities: text("severities", { enum: ALERT_SEVERITIES }).array().notNull(),
    /** Only alerts of these; null: of all. */
    routes: text("routes").array(),
    /** 0: told at once; above: when the step below fails, or nobody acknowledges. */
    step: integer("step").notNull().default(0),
    enabled: boolean("enabled").notNull().default(true),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    unique("channels_name_unique").on(table.name),
    check("channels_step_check", sql`step between 0 and 9`),
    check("channels_severities_check", sql`severities <@ array['critical', 'warning'] and severities <> '{}'`),
  ],
);

/** What is not told for a while, and why. A matcher that is null fits all. */
export const silences = pgTable(
  "silences",
  {
    id: uuid("id").primaryKey(),
    rule: text("rule"),
    route: text("route"),
    severity: text("severity", { enum: ALERT_SEVERITIES }),
    reason: text("reason").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    startsAt: instant("starts_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** Who ended it before its time. */
    endedBy: text("ended_by"),
  },
  (table) => [
    index("silences_expires_at_index").on(table.expiresAt),
    check("silences_severity_check", sql`severity in ('critical', 'warning')`),
    check("silences_span_check", sql`starts_at <= expires_at`),
  ],
);

/** What one process at a time does for all: who holds it until when, and when it was done last. */
export const duties = pgTable("duties", {
  name: text("name").primaryKey(),
  holder: uuid("holder").notNull(),
  heldUntil: instant("held_until").notNull(),
  doneAt: instant("done_at"),
});
