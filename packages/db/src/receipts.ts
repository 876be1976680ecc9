import { randomUUID } from "node:crypto";
import type { Db } from "./database.ts";
import { storableJson } from "./storable-json.ts";

/** What an authentic callback said, on its way to a store. */
export type ReceivedClaim = {
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

/** The id follows from what was said. */
export type NewReceipt = ReceivedClaim & { id: string };

export type Receipt = NewReceipt & { sink: "postgres" | "queue"; copies: number };

/** What one group commit of a receiver took. */
export type ClaimBatch = { batchId: string; claims: readonly NewReceipt[] };

/** Stores the callbacks of one group commit, as `insertReceiptsOf` does. */
export const insertReceipts = (
  db: Db,
  claims: readonly NewReceipt[],
  sink: Receipt["sink"],
  dueAt: Date,
  batchId: string = randomUUID(),
): Promise<{ storedIds: string[] }> => insertReceiptsOf(db, [{ batchId, claims }], sink, dueAt);

/**
 * Stores the callbacks of group commits in one statement and one transaction: new receipts with their inbox rows, to be
 * sealed, repeats as counted copies; the rows that held the batches leave, if there were any. Returns the ids that are new. `dueAt`
 * is when a sweep looks after those the queue was not told of. The same batch may come again, from the other sink or in a job that
 * runs twice, and changes nothing then. Rejects when two of the batches have the same receipt.
 */
export async function insertReceiptsOf(
  db: Db,
  batches: readonly ClaimBatch[],
  sink: Receipt["sink"],
  dueAt: Date,
): Promise<{ storedIds: string[] }> {
  // Sorted, so that two batches never wait for each other in a circle.
  const arrivals = batches.flatMap(groupArrivals).sort((a, b) => (a.receipt.id < b.receipt.id ? -1 : 1));
  const column = <T>(read: (receipt: NewReceipt) => T): T[] => arrivals.map(({ receipt }) => read(receipt));
  const known = await db.sql<{ id: string }[]>`
    with incoming as (
      select * from unnest(
        ${column(({ id }) => id)}::uuid[], ${column(({ route }) => route)}::text[],
        ${column(({ verificationId }) => verificationId)}::uuid[], ${column((receipt) => receipt.transactionId)}::text[],
        ${column(({ passed }) => String(passed))}::text[]::boolean[], ${column(({ subCode }) => subCode)}::text[],
        ${column(({ keyId }) => keyId)}::text[], ${column(({ late }) => String(late))}::text[]::boolean[],
        ${column(({ extra }) => extra && storableJson(extra))}::text[]::jsonb[],
        ${column(({ receivedAt }) => receivedAt.toISOString())}::text[]::timestamptz[],
        ${arrivals.map(({ times }) => times)}::int[], ${arrivals.map(({ lastAt }) => lastAt.toISOString())}::text[]::timestamptz[],
        ${arrivals.map(({ batchId }) => batchId)}::uuid[]
      ) as r(id, route, verification_id, transaction_id, passed, sub_code, key_id, late, extra, received_at, times, last_at,
        batch_id)
    ), stored as (
      -- A conflict changes nothing. It tells of the row that is there, even one committed after this statement began, and
      -- whose batch that came with; one of this very batch is passed over.
      insert into receipts as held
        (id, route, verification_id, transaction_id, passed, sub_code, key_id, late, extra, sink, batch_id, received_at)
      select id, route, verification_id, transaction_id, passed, sub_code, key_id, late, extra, ${sink}, batch_id, received_at
      from incoming
      on conflict (id) do update set batch_id = held.batch_id where held.batch_id <> excluded.batch_id
      returning id, batch_id
    ), arrived as (
      select i.*, s.batch_id = i.batch_id as fresh from incoming i join stored s using (id)
    ), inboxed as (
      insert into receipt_inbox (receipt_id, due_at) select id, ${dueAt.toISOString()}::timestamptz from arrived where fresh
    ), to_seal as (
      insert into unsealed (rows)
      select jsonb_agg(jsonb_build_array('receipt', id)) from arrived where fresh having count(*) > 0
    ), taken as (
      delete from receipt_batches where id = any(${batches.map(({ batchId }) => batchId)}::uuid[])
    ), copied as (
      insert into receipt_copies as held (receipt_id, copies, last_at, last_batch_id)
      select id, times - fresh::int, last_at, batch_id from arrived where times > fresh::int
      on conflict (receipt_id) do update set
        copies = held.copies + excluded.copies, last_at = greatest(held.last_at, excluded.last_at),
        last_batch_id = excluded.last_batch_id
      where held.last_batch_id <> excluded.last_batch_id
    )
    select id from incoming where id not in (select id from arrived where fresh)`;
  if (known.length === 0) return { storedIds: arrivals.map(({ receipt }) => receipt.id) };
  const knownIds = new Set(known.map(({ id }) => id));
  return { storedIds: arrivals.map(({ receipt }) => receipt.id).filter((id) => !knownIds.has(id)) };
}

type Arrivals = { receipt: NewReceipt; times: number; lastAt: Date; batchId: string };

/** The receipts of a batch, each once, by its first arrival. */
function groupArrivals({ batchId, claims }: ClaimBatch): Arrivals[] {
  const byId = new Map<string, Arrivals>();
  for (const receipt of claims) {
    const held = byId.get(receipt.id);
    if (!held) byId.set(receipt.id, { receipt, times: 1, lastAt: receipt.receivedAt, batchId });
    else {
      held.times += 1;
      if (receipt.receivedAt < held.receipt.receivedAt) held.receipt = receipt;
      if (receipt.receivedAt > held.lastAt) held.lastAt = receipt.receivedAt;
    }
  }
  return [...byId.values()];
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
