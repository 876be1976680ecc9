import type { Db } from "./database.ts";

/** Puts off receipts that wait for a decision and are due, so that no other sweep takes them, and returns their ids. */
export const leaseDueReceipts = (db: Db, now: Date, until: Date, limit: number): Promise<string[]> =>
  putOff(db, "receipt_inbox", "receipt_id", now, until, limit);

/** Puts off batches that are due, so that no other sweep takes them, and returns their ids. */
export const leaseDueBatches = (db: Db, now: Date, until: Date, limit: number): Promise<string[]> =>
  putOff(db, "receipt_batches", "id", now, until, limit);

async function putOff(db: Db, table: string, id: string, now: Date, until: Date, limit: number): Promise<string[]> {
  const { sql } = db;
  const leased = await sql<{ id: string }[]>`
    update ${sql(table)} set due_at = ${until.toISOString()}::timestamptz
    where ${sql(id)} in (
      select ${sql(id)} from ${sql(table)} where due_at <= ${now.toISOString()}::timestamptz
      order by due_at limit ${limit} for update skip locked)
    returning ${sql(id)} as id`;
  return leased.map((row) => row.id);
}
