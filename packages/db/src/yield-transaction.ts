import { randomUUIDv7 } from "node:crypto";
import { alertOnDiscrepancy } from "@verdict/domain";
import type { Db } from "./database.ts";
import { alertEvents, discrepancyEvents, writeEvents } from "./write-events.ts";

/** Whether a write failed because another verification of the route holds that transaction id. */
export const isTransactionTaken = (error: unknown): boolean =>
  error instanceof Error &&
  "constraint_name" in error &&
  error.constraint_name === "verifications_route_transaction_id_unique";

/**
 * Takes a transaction id from a verification that only a callback had given it to, because the provider has now told whose
 * it is. The loser is left without one, with a discrepancy and its alert.
 */
export async function yieldTransaction(
  db: Db,
  { route, transactionId, owner, at }: { route: string; transactionId: string; owner: string; at: Date },
): Promise<void> {
  const { rule, severity } = alertOnDiscrepancy("transaction_mismatch");
  const { sql } = db;
  await sql`
    with loser as (
      update verifications
      set transaction_id = null, transaction_source = null, version = version + 1
      where route = ${route} and transaction_id = ${transactionId} and transaction_source = 'callback'
        and id <> ${owner}::uuid
      returning id, route
    ), opened as (
      insert into discrepancies (id, type, route, verification_id, opened_at)
      select ${randomUUIDv7()}::uuid, 'transaction_mismatch', route, id, ${at.toISOString()}::timestamptz from loser
      on conflict do nothing
      returning *
    ), raised as (
      insert into alerts (id, rule, severity, route, verification_id, discrepancy_id, opened_at)
      select ${randomUUIDv7()}::uuid, ${rule}, ${severity}, route, verification_id, id, opened_at from opened
      returning *
    ), ${writeEvents(sql, discrepancyEvents(sql, sql`opened`), alertEvents(sql, sql`raised`))}
    select count(*) from rung`;
}
