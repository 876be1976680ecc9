import type { Db } from "./database.ts";
import { storableJson } from "./storable-json.ts";

/** One authentic callback on its way to a store. */
export type NewReceipt = {
  id: string;
  route: string;
  verificationId: string;
  transactionId: string;
  passed: boolean;
  subCode: string;
  keyId: string;
  late: boolean;
  extra: Record<string, string> | null;
  receivedAt: Date;
};

export type Receipt = NewReceipt & { sink: "postgres" | "queue"; copies: number };

/**
 * Stores a batch in one statement and one commit: new receipts with their inbox rows, repeats as counted copies. May be
 * repeated with the same batch, but for the count. `dueAt` is when a sweep looks after those the queue was not told of.
 */
export async function insertReceipts(
  db: Db,
  batch: readonly NewReceipt[],
  sink: Receipt["sink"],
  dueAt: Date,
): Promise<{ storedIds: string[] }> {
  const stored = await db.sql<{ id: string }[]>`
    with incoming as (
      select distinct on (id) r.*, count(*) over (partition by id) as times
      from json_to_recordset(${storableJson(batch)}::text::json) as r(
        "id" uuid, "route" text, "verificationId" uuid, "transactionId" text, "passed" boolean, "subCode" text,
        "keyId" text, "late" boolean, "extra" jsonb, "receivedAt" timestamptz)
      order by id, "receivedAt"
    ), stored as (
      insert into receipts
        (id, route, verification_id, transaction_id, passed, sub_code, key_id, late, extra, sink, received_at)
      select id, route, "verificationId", "transactionId", passed, "subCode", "keyId", late, extra, ${sink}, "receivedAt"
      from incoming
      on conflict (id) do nothing
      returning id
    ), inboxed as (
      insert into receipt_inbox (receipt_id, due_at) select id, ${dueAt.toISOString()}::timestamptz from stored
    ), copied as (
      insert into receipt_copies as held (receipt_id, copies, last_at)
      select id, times - (id in (select id from stored))::int, "receivedAt" from incoming
      where times - (id in (select id from stored))::int > 0
      on conflict (receipt_id) do update
        set copies = held.copies + excluded.copies, last_at = greatest(held.last_at, excluded.last_at)
    )
    select id from stored`;
  return { storedIds: stored.map((row) => row.id) };
}

/** Keeps that a genuine token came with parameters that make no sense. One row per session and reason. */
export async function recordMalformedCallback(
  db: Db,
  callback: { route: string; verificationId: string; reason: string; at: Date },
): Promise<void> {
  const at = callback.at.toISOString();
  await db.sql`
    insert into malformed_callbacks as held (route, verification_id, reason, first_at, last_at)
    values (${callback.route}, ${callback.verificationId}, ${callback.reason}, ${at}::timestamptz, ${at}::timestamptz)
    on conflict (route, verification_id, reason) do update set times = held.times + 1, last_at = excluded.last_at`;
}

/** Puts off receipts that are due, so that no other sweep takes them, and returns their ids. */
export async function leaseDueReceipts(db: Db, now: Date, until: Date, limit: number): Promise<string[]> {
  const leased = await db.sql<{ receipt_id: string }[]>`
    update receipt_inbox set due_at = ${until.toISOString()}::timestamptz
    where receipt_id in (
      select receipt_id from receipt_inbox where due_at <= ${now.toISOString()}::timestamptz
      order by due_at limit ${limit} for update skip locked)
    returning receipt_id`;
  return leased.map((row) => row.receipt_id);
}
