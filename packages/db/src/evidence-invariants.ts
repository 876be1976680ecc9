import type { Db } from "./database.ts";
import { type Found, findBroken } from "./find-broken.ts";
import { firstIdAt } from "./first-id-at.ts";
import type { Searched } from "./invariants.ts";

/**
 * Receipts that neither wait for a decision nor show in one: no move, no discrepancy, and not the claim on record. One whose
 * token names nothing of ours may show at the session registered with its transaction.
 */
export const findUnaccountedReceipts = (db: Db, { since, limit }: Searched): Promise<Found> =>
  findBroken(
    db,
    limit,
    db.sql`
      with suspects as materialized (
        select r.id, r.route, r.transaction_id, r.passed, r.sub_code
        from receipts r left join verifications v on v.id = r.verification_id and v.route = r.route
        where r.verification_id >= ${firstIdAt(since)}::uuid
          and not coalesce(v.claim_passed = r.passed and v.claim_sub_code = r.sub_code, false)
          and not exists (select from receipt_inbox i where i.receipt_id = r.id)
          and not exists (
            select from transitions t where t.verification_id = r.verification_id and t.receipt_id = r.id)
          and not exists (
            select from discrepancies d where d.verification_id = r.verification_id and d.receipt_id = r.id)
          and not exists (
            select from given_up_work g
            where g.kind = 'receipt' and g.reference = r.id::text and g.redriven_at is null)
      )
      select r.id from suspects r left join verifications v on v.route = r.route and v.transaction_id = r.transaction_id
      where not coalesce(v.claim_passed = r.passed and v.claim_sub_code = r.sub_code, false)
        and not exists (select from transitions t where t.verification_id = v.id and t.receipt_id = r.id)
        and not exists (select from discrepancies d where d.verification_id = v.id and d.receipt_id = r.id)`,
  );

/** Batches of callbacks committed before `storedBy` that no receipts have been made of, and that nobody was told of. */
export const findStrandedBatches = (db: Db, { storedBy, limit }: { storedBy: Date; limit: number }): Promise<Found> =>
  findBroken(
    db,
    limit,
    db.sql`
      select b.id from receipt_batches b
      where b.id < ${firstIdAt(storedBy)}::uuid and not exists (
        select from given_up_work g
        where g.kind = 'batch' and g.reference = b.id::text
          and (g.redriven_at is null or g.redriven_at >= ${storedBy.toISOString()}::timestamptz))`,
  );

/** Discrepancies nobody was alerted on. */
export const findUnalertedDiscrepancies = (db: Db, { since, limit }: Searched): Promise<Found> =>
  findBroken(
    db,
    limit,
    db.sql`
      select d.id from discrepancies d
      where d.id >= ${firstIdAt(since)}::uuid and not exists (select from alerts a where a.discrepancy_id = d.id)`,
  );

/**
 * Questions with which a second saw more of them than their budget allows today, among those asked since `askedSince`. By the
 * workers' clocks at sending; a question whose worker died before its answer is not on record.
 */
export const findOverspent = (db: Db, { since, askedSince, limit }: Searched & { askedSince: Date }): Promise<Found> =>
  findBroken(
    db,
    limit,
    db.sql`
      with budgets as (
        select route, product, operation, count(*)::int as calls from call_slots group by route, product, operation
      ), asked as (
        select c.id, c.asked_at - lag(c.asked_at, b.calls) over (
          partition by v.route, v.product, c.operation order by c.asked_at, c.id) as since_that_many
        from checks c
        join verifications v on v.id = c.verification_id
        join budgets b on b.route = v.route and b.product = v.product and b.operation = c.operation
        where c.id >= ${firstIdAt(since && laterOf(since, askedSince))}::uuid
          and c.asked_at >= ${askedSince.toISOString()}::timestamptz
      )
      select id from asked where since_that_many < interval '1 second'`,
  );

const laterOf = (a: Date, b: Date): Date => (a > b ? a : b);
