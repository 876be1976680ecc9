import { ATTEMPT_OUTCOMES, DELIVERY_STATES, DISABLED_WHYS, ENDPOINT_STATES, EVENT_TYPES } from "@verdict/domain";
import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant, oneOf } from "./columns.ts";

/** Where the company's systems take events. */
export const endpoints = pgTable(
  "endpoints",
  {
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    url: text("url").notNull(),
    /** Only events of these; null: of all. */
    types: text("types", { enum: EVENT_TYPES }).array(),
    routes: text("routes").array(),
    state: text("state", { enum: ENDPOINT_STATES }).notNull().default("active"),
    disabledWhy: text("disabled_why", { enum: DISABLED_WHYS }),
    disabledAt: instant("disabled_at"),
    /** Since when every attempt has failed; null: the last one did not. */
    failingSince: instant("failing_since"),
    /** Encrypted. */
    secret: text("secret").notNull(),
    /** The one before it, which signs as well until then. */
    previousSecret: text("previous_secret"),
    previousUntil: instant("previous_until"),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    unique("endpoints_name_unique").on(table.name),
    check("endpoints_state_check", oneOf("state", ENDPOINT_STATES)),
    check("endpoints_disabled_why_check", oneOf("disabled_why", DISABLED_WHYS)),
    check(
      "endpoints_disabled_check",
      sql`(state = 'disabled') = (disabled_why is not null) and (disabled_why is null) = (disabled_at is null)`,
    ),
    check("endpoints_previous_check", sql`(previous_secret is null) = (previous_until is null)`),
  ],
);

/**
 * One event on its way to one endpoint. No foreign keys: each would be looked up for every row. What was delivered stays on
 * record when its endpoint is deleted, and goes with its event.
 */
export const deliveries = pgTable(
  "deliveries",
  {
    id: uuid("id").primaryKey(),
    endpointId: uuid("endpoint_id").notNull(),
    eventId: uuid("event_id").notNull(),
    type: text("type", { enum: EVENT_TYPES }).notNull(),
    route: text("route").notNull(),
    state: text("state", { enum: DELIVERY_STATES }).notNull(),
    /** Made since it was put on its way, or put back on it by a person. */
    attempts: integer("attempts").notNull().default(0),
    /** Also until when a process has it that is sending it. */
    nextAttemptAt: instant("next_attempt_at"),
    /** Names the attempt under way: only that one may say how it ended. */
    lease: uuid("lease"),
    lastStatus: integer("last_status"),
    /** In a line that holds no secret. */
    lastError: text("last_error"),
    createdAt: instant("created_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (table) => [
    unique("deliveries_event_unique").on(table.eventId, table.endpointId),
    index("deliveries_due_index").on(table.endpointId, table.nextAttemptAt).where(sql`state = 'pending'`),
    index("deliveries_given_up_index").on(table.endpointId).where(sql`state = 'given_up'`),
    index("deliveries_created_at_index").on(table.endpointId, table.createdAt, table.id),
    check("deliveries_state_check", oneOf("state", DELIVERY_STATES)),
    check("deliveries_pending_check", sql`(state = 'pending') = (next_attempt_at is not null)`),
    check("deliveries_ended_check", sql`(state = 'pending') = (ended_at is null)`),
  ],
);

/** Every attempt as it ended. */
export const deliveryAttempts = pgTable(
  "delivery_attempts",
  {
    id: uuid("id").primaryKey(),
    deliveryId: uuid("delivery_id").notNull(),
    at: instant("at").notNull(),
    durationMs: integer("duration_ms").notNull(),
    outcome: text("outcome", { enum: ATTEMPT_OUTCOMES }).notNull(),
    /** Of the answer; null: there was none. */
    status: integer("status"),
    error: text("error"),
    /** The beginning of the answer. */
    body: text("body").notNull(),
  },
  (table) => [
    index("delivery_attempts_delivery_id_index").on(table.deliveryId, table.at),
    check("delivery_attempts_outcome_check", oneOf("outcome", ATTEMPT_OUTCOMES)),
  ],
);

/** One row: behind which event of the feed no deliveries have been made yet. */
export const fanOut = pgTable(
  "fan_out",
  {
    sole: boolean("sole").primaryKey().default(true),
    position: bigint("position", { mode: "bigint" }).notNull(),
    eventId: uuid("event_id").notNull(),
  },
  () => [check("fan_out_sole_check", sql`sole`)],
);
