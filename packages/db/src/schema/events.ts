import { EVENT_TYPES } from "@verdict/domain";
import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant, oneOf } from "./columns.ts";

/**
 * What the company's systems are told, written in the transaction that does what it tells. Never changed, except that one held
 * back gets its position once. No foreign keys: each would be looked up for every event. In the database it is partitioned by the
 * week in which ids were made; (subject_id, version) is unique within each partition, which is what finds the events of a subject.
 */
export const events = pgTable(
  "events",
  {
    id: uuid("id").primaryKey(),
    type: text("type", { enum: EVENT_TYPES }).notNull(),
    route: text("route").notNull(),
    /** The verification, discrepancy or alert it tells of. */
    subjectId: uuid("subject_id").notNull(),
    /** Grows with each event of its subject, so that they can be applied in any order. A verification's is that after the move. */
    version: integer("version").notNull(),
    verificationId: uuid("verification_id"),
    at: instant("at").notNull(),
    /** The subject as it stood then. */
    data: jsonb("data").$type<Record<string, unknown>>().notNull(),
    /** Where it stands in the feed, before others of the same position by its id. Null: it is held back. */
    position: bigint("position", { mode: "bigint" }),
    /** The discrepancy that holds it back, or did. */
    heldBy: uuid("held_by"),
  },
  (table) => [
    index("events_feed_index").on(table.position, table.id),
    index("events_held_by_index").on(table.heldBy).where(sql`position is null`),
    index("events_verification_id_index").on(table.verificationId).where(sql`verification_id <> subject_id`),
    check("events_type_check", oneOf("type", EVENT_TYPES)),
    check("events_held_check", sql`position is not null or held_by is not null`),
  ],
);

/** One row about the feed as a whole. */
export const feed = pgTable(
  "feed",
  {
    sole: boolean("sole").primaryKey().default(true),
    /** What is added to transaction ids to make positions: these begin anew in another cluster, those must not. */
    lead: bigint("lead", { mode: "bigint" }).notNull().default(sql`0`),
    /** Events of lower positions may have been deleted for their age. */
    forgottenPosition: bigint("forgotten_position", { mode: "bigint" }).notNull().default(sql`0`),
    /** All that happened before then may have been. Null: nothing was. */
    forgottenBefore: instant("forgotten_before"),
  },
  () => [check("feed_sole_check", sql`sole`)],
);
