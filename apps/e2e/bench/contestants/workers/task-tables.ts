import type { Db } from "@verdict/db";
import { bigint, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type { PreparedSession } from "../../load/messages.ts";

/** What one would make for the job without the rest of Verdict: one table each for sessions, callbacks and the audit trail. */
export const sessions = pgTable("sessions", {
  transactionId: text("transaction_id").primaryKey(),
  merchantBizId: text("merchant_biz_id").notNull(),
  status: text("status").notNull(),
  passed: text("passed"),
  subCode: text("sub_code"),
  updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
});

export const callbacks = pgTable("callbacks", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  transactionId: text("transaction_id").notNull().unique(),
  passed: text("passed").notNull(),
  subCode: text("sub_code").notNull(),
  receivedAt: timestamp("received_at", { withTimezone: true }).notNull(),
});

export const audit = pgTable("audit", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  transactionId: text("transaction_id").notNull(),
  kind: text("kind").notNull(),
  detail: jsonb("detail").notNull(),
  at: timestamp("at", { withTimezone: true }).notNull().defaultNow(),
});

export async function createTables({ sql }: Db): Promise<void> {
  await sql`
    create table sessions (transaction_id text primary key, merchant_biz_id text not null unique, status text not null,
      passed text, sub_code text, updated_at timestamptz not null)`;
  await sql`
    create table callbacks (id bigint primary key generated always as identity, transaction_id text not null unique,
      passed text not null, sub_code text not null, received_at timestamptz not null)`;
  await sql`
    create table audit (id bigint primary key generated always as identity, transaction_id text not null,
      kind text not null, detail jsonb not null, at timestamptz not null default now())`;
  await sql`create index audit_transaction_id_index on audit (transaction_id)`;
}

export async function insertSessions({ sql }: Db, prepared: readonly PreparedSession[]): Promise<void> {
  await sql`
    insert into sessions (transaction_id, merchant_biz_id, status, updated_at)
    select "transactionId", replace("verificationId", '-', ''), 'awaiting', now()
    from json_to_recordset(${JSON.stringify(prepared)}::text::json) as s("verificationId" text, "transactionId" text)`;
  await sql`analyze sessions`;
}

/** How often each thing is on record that a callback leads to. */
export async function countRecords({ sql }: Db): Promise<{ outcome: number; callback: number; audit: number }> {
  const [counted] = await sql<[{ outcome: number; callback: number; audit: number }]>`
    select (select count(*)::int from sessions where status = 'done') as outcome,
      (select count(*)::int from callbacks) as callback, (select count(*)::int from audit) as audit`;
  return counted;
}
