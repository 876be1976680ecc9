import { bigint, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** What a person did, and why. Written in the statement that does it; never changed, never deleted. */
export const humanActions = pgTable(
  "human_actions",
  {
    id: uuid("id").primaryKey(),
    at: instant("at").notNull(),
    /** A person's or an API key's id. */
    actor: text("actor").notNull(),
    /** Like `discrepancy.resolve`. */
    action: text("action").notNull(),
    /** What it was done to, by the id people see. */
    subject: text("subject").notNull(),
    route: text("route"),
    verificationId: uuid("verification_id"),
    reason: text("reason"),
    before: jsonb("before"),
    after: jsonb("after"),
  },
  (table) => [
    index("human_actions_at_index").on(table.at, table.id),
    index("human_actions_actor_index").on(table.actor, table.at, table.id),
    index("human_actions_subject_index").on(table.subject, table.at, table.id),
    index("human_actions_verification_id_index").on(table.verificationId),
  ],
);

/** Rows that were written and are not sealed yet: one row for each statement that wrote some. The sealer takes them out. */
export const unsealed = pgTable("unsealed", {
  id: bigint("id", { mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
  /** `[kind, key]` of each row. */
  rows: jsonb("rows").$type<[kind: string, key: string][]>().notNull(),
});

/**
 * The hash chain over all evidence: each seal holds the hashes of some rows and the hash of the seal before it, so that
 * nothing below the head can change, appear or vanish unnoticed.
 */
export const seals = pgTable("seals", {
  seq: bigint("seq", { mode: "number" }).primaryKey(),
  at: instant("at").notNull(),
  count: integer("count").notNull(),
  /** A line for each row: kind, key, SHA-256 of the row, separated by spaces. */
  lines: text("lines").notNull(),
  previous: text("previous").notNull(),
  /** SHA-256 of `previous`, `seq`, `at` and `lines`. */
  hash: text("hash").notNull(),
});
