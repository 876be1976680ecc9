import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** One authentic callback, as it said. Never changed; a copy is only counted. The id follows from what it says. */
export const receipts = pgTable(
  "receipts",
  {
    id: uuid("id").primaryKey(),
    route: text("route").notNull(),
    /** The session the token names. No foreign key: evidence is kept even when it matches nothing. */
    verificationId: uuid("verification_id").notNull(),
    transactionId: text("transaction_id").notNull(),
    passed: boolean("passed").notNull(),
    subCode: text("sub_code").notNull(),
    keyId: text("key_id").notNull(),
    /** Arrived after its token's expiry. */
    late: boolean("late").notNull(),
    extra: jsonb("extra").$type<Record<string, string>>(),
    sink: text("sink", { enum: ["postgres", "queue"] }).notNull(),
    /** The group commit it arrived with. Should both sinks have taken that, or a job run twice, it is one arrival. */
    batchId: uuid("batch_id").notNull().defaultRandom(),
    receivedAt: instant("received_at").notNull(),
  },
  (table) => [index("receipts_verification_id_index").on(table.verificationId)],
);

/**
 * Callbacks as a receiver took them, one group commit a row: what a 200 stands for until a worker has made receipts of it. The
 * row leaves in the transaction that does. A sender waits for this insert, so it has one row and two small indexes to write,
 * however many callbacks it holds and however many receipts there are.
 */
export const receiptBatches = pgTable(
  "receipt_batches",
  {
    id: uuid("id").primaryKey(),
    /** The claims, packed as the queue carries them. */
    packed: text("packed").notNull(),
    claims: integer("claims").notNull(),
    /** From then on a sweep puts it on the queue (again). */
    dueAt: instant("due_at").notNull(),
  },
  (table) => [
    index("receipt_batches_due_at_index").on(table.dueAt),
    check("receipt_batches_claims_check", sql`claims > 0`),
  ],
);

/** How often a receipt came again. Written in the statement that finds the receipt, hence no foreign key, as below. */
export const receiptCopies = pgTable("receipt_copies", {
  receiptId: uuid("receipt_id").primaryKey(),
  copies: integer("copies").notNull(),
  lastAt: instant("last_at").notNull(),
  lastBatchId: uuid("last_batch_id").notNull().defaultRandom(),
});

/**
 * Receipts that no decision has been made on yet. A row leaves in the transaction that decides it. Only the statement that
 * stores a receipt adds one: a foreign key would look each receipt up again, for a quarter of the price of a commit.
 */
export const receiptInbox = pgTable(
  "receipt_inbox",
  {
    receiptId: uuid("receipt_id").primaryKey(),
    /** From then on a sweep puts it on the queue (again). */
    dueAt: instant("due_at").notNull(),
  },
  (table) => [index("receipt_inbox_due_at_index").on(table.dueAt)],
);

/** Callbacks with a genuine token but parameters that make no sense. The reason names the parameter, never its value. */
export const malformedCallbacks = pgTable(
  "malformed_callbacks",
  {
    route: text("route").notNull(),
    verificationId: uuid("verification_id").notNull(),
    reason: text("reason").notNull(),
    times: integer("times").notNull().default(1),
    firstAt: instant("first_at").notNull(),
    lastAt: instant("last_at").notNull(),
  },
  (table) => [
    primaryKey({ name: "malformed_callbacks_pkey", columns: [table.route, table.verificationId, table.reason] }),
  ],
);
