import { boolean, integer, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** Verdict's own tables, as far as somebody has to know them who leaves the same evidence. Columns are called as in the database. */

const instant = (name: string) => timestamp(name, { withTimezone: true });

export const verifications = pgTable("verifications", {
  id: uuid("id").primaryKey(),
  route: text("route").notNull(),
  product: text("product").notNull(),
  status: text("status").notNull(),
  version: integer("version").notNull(),
  merchant_biz_id: text("merchant_biz_id").notNull(),
  scene_code: text("scene_code"),
  transaction_id: text("transaction_id"),
  claim_passed: boolean("claim_passed"),
  claim_sub_code: text("claim_sub_code"),
  claimed_at: instant("claimed_at"),
  passed: boolean("passed"),
  sub_code: text("sub_code"),
  outcome_source: text("outcome_source"),
  confirmed_at: instant("confirmed_at"),
  checked_at: instant("checked_at"),
  check_count: integer("check_count").notNull(),
  next_check_at: instant("next_check_at"),
  updated_at: instant("updated_at").notNull(),
});

export const receipts = pgTable("receipts", {
  id: uuid("id").primaryKey(),
  route: text("route").notNull(),
  verification_id: uuid("verification_id").notNull(),
  transaction_id: text("transaction_id").notNull(),
  passed: boolean("passed").notNull(),
  sub_code: text("sub_code").notNull(),
  key_id: text("key_id").notNull(),
  late: boolean("late").notNull(),
  sink: text("sink").notNull(),
  received_at: instant("received_at").notNull(),
});

export const transitions = pgTable("transitions", {
  verification_id: uuid("verification_id").notNull(),
  version: integer("version").notNull(),
  from_status: text("from_status").notNull(),
  to_status: text("to_status").notNull(),
  cause: text("cause").notNull(),
  receipt_id: uuid("receipt_id"),
  check_id: uuid("check_id"),
  actor: text("actor").notNull(),
  at: instant("at").notNull(),
});

export const checks = pgTable("checks", {
  id: uuid("id").primaryKey(),
  verification_id: uuid("verification_id").notNull(),
  transaction_id: text("transaction_id"),
  operation: text("operation").notNull(),
  kind: text("kind").notNull(),
  passed: boolean("passed"),
  sub_code: text("sub_code"),
  code: text("code").notNull(),
  http_status: integer("http_status"),
  request_id: text("request_id"),
  asked_at: instant("asked_at").notNull(),
  answered_at: instant("answered_at").notNull(),
});

export const events = pgTable("events", {
  id: uuid("id").primaryKey(),
  type: text("type").notNull(),
  route: text("route").notNull(),
  subject_id: uuid("subject_id").notNull(),
  version: integer("version").notNull(),
  verification_id: uuid("verification_id"),
  at: instant("at").notNull(),
  data: jsonb("data").notNull(),
  position: integer("position"),
});
