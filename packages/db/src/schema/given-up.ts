import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant, oneOf } from "./columns.ts";

/** What can be given up: a receipt no decision could be made on, a batch that became no receipts, a job of the queue. */
export const WORK_KINDS = ["receipt", "batch", "job"] as const;

/** Work that was given up, with the reason. A person puts it back (redrive). */
export const givenUpWork = pgTable(
  "given_up_work",
  {
    id: uuid("id").primaryKey(),
    kind: text("kind", { enum: WORK_KINDS }).notNull(),
    /** The id of the receipt, the batch, or what the job was about. */
    reference: text("reference").notNull(),
    /** Of a job: its queue. */
    queue: text("queue"),
    route: text("route"),
    verificationId: uuid("verification_id"),
    /** In a line, without anything personal. */
    reason: text("reason").notNull(),
    /** Of a job: what it carried, to put it back. */
    payload: jsonb("payload"),
    times: integer("times").notNull().default(1),
    firstAt: instant("first_at").notNull(),
    lastAt: instant("last_at").notNull(),
    redrivenAt: instant("redriven_at"),
    redrivenBy: text("redriven_by"),
  },
  (table) => [
    uniqueIndex("given_up_work_open_unique").on(table.kind, table.reference).where(sql`redriven_at is null`),
    index("given_up_work_last_at_index").on(table.lastAt, table.id),
    check("given_up_work_kind_check", oneOf("kind", WORK_KINDS)),
  ],
);
