import { and, asc, eq, isNull } from "drizzle-orm";
import { type Closing, closeDiscrepancies } from "./close-discrepancies.ts";
import type { Db } from "./database.ts";
import type { Undecided } from "./load-undecided.ts";
import { discrepancies, receipts } from "./schema.ts";
import { alertEvents, discrepancyEvents, writeEvents } from "./write-events.ts";

/** A transaction of the provider. Its id means nothing beyond its route. */
export type NamedTransaction = { route: string; transactionId: string };

/**
 * Until the transaction `tx` is over, nobody else registers a session with one of these transactions, nor quarantines a
 * callback that names one. Whoever comes second sees what the first one left.
 */
export async function lockTransactions(tx: Db, named: readonly NamedTransaction[]): Promise<void> {
  const keys = named.map(({ route, transactionId }) => `${route} ${transactionId}`);
  // In one order for all, so that no two wait for each other.
  await tx.sql`
    select pg_advisory_xact_lock(key)
    from (select distinct hashtextextended(name, 0) as key from unnest(${keys}::text[]) as name order by key) keys`;
}

/**
 * The callbacks of a route that name this transaction and matched nothing when they came, in the order they came. Those a
 * person has dealt with are left out.
 */
export async function listQuarantined(
  db: Db,
  { route, transactionId }: NamedTransaction,
): Promise<Undecided["receipt"][]> {
  const rows = await db.orm
    .select({ receipt: receipts })
    .from(discrepancies)
    .innerJoin(receipts, and(eq(receipts.id, discrepancies.receiptId), eq(receipts.route, discrepancies.route)))
    .where(
      and(
        eq(discrepancies.type, "unknown_transaction"),
        isNull(discrepancies.closedAt),
        eq(discrepancies.route, route),
        eq(receipts.transactionId, transactionId),
      ),
    )
    .orderBy(asc(receipts.receivedAt), asc(receipts.id));
  return rows.map(({ receipt }) => receipt);
}

/** Closes what was opened because these receipts matched nothing, and resolves the alerts: now they match something. */
export async function closeQuarantine(db: Db, receiptIds: readonly string[], closing: Closing): Promise<void> {
  const { sql } = db;
  const unmatched = sql`type = 'unknown_transaction' and receipt_id = any(${[...receiptIds]}::uuid[])`;
  await sql`
    with ${closeDiscrepancies(sql, unmatched, closing)},
      ${writeEvents(sql, discrepancyEvents(sql, sql`closed`), alertEvents(sql, sql`resolved`))}
    select count(*) from rung`;
}
