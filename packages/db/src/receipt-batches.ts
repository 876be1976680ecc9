import { inArray } from "drizzle-orm";
import type { Db } from "./database.ts";
import { receiptBatches } from "./schema.ts";

/** One group commit of a receiver, packed. */
export type ReceiptBatch = typeof receiptBatches.$inferSelect;

/** Commits a batch as it is. Repeating it changes nothing. */
export async function insertReceiptBatch(db: Db, { id, packed, claims, dueAt }: ReceiptBatch): Promise<void> {
  await db.sql`
    insert into receipt_batches (id, packed, claims, due_at)
    values (${id}::uuid, ${packed}, ${claims}, ${dueAt.toISOString()}::timestamptz)
    on conflict (id) do nothing`;
}

/** Those of the given batches that no receipts have been made of yet, in the order they were committed. */
export const listReceiptBatches = (db: Db, ids: readonly string[]): Promise<ReceiptBatch[]> =>
  db.orm
    .select()
    .from(receiptBatches)
    .where(inArray(receiptBatches.id, [...ids]))
    .orderBy(receiptBatches.id);
