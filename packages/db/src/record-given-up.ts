import type { Db } from "./database.ts";
import { RECEIPT_TRIES } from "./given-up-work.ts";
import type { givenUpWork } from "./schema.ts";
import { storableJson } from "./storable-json.ts";

export type NewGivenUp = Pick<typeof givenUpWork.$inferSelect, "id" | "kind" | "reference" | "reason"> & {
  /** Of a job: its queue, and what it carried. */
  job?: { queue: string; payload: unknown };
  at: Date;
};

/**
 * Records that work failed, and in the same statement takes it out of the sweep: a batch at once, a receipt when it has
 * failed for the `RECEIPT_TRIES`th time. Work that is given up again before anybody put it back stays one row. Returns how
 * often that makes; null: it was a receipt or a batch that somebody else has done meanwhile, and nothing was written.
 */
export async function recordGivenUp(
  db: Db,
  { id, kind, reference, reason, job, at }: NewGivenUp,
): Promise<number | null> {
  const receiptId = kind === "receipt" ? reference : null;
  const batchId = kind === "batch" ? reference : null;
  const [recorded] = await db.sql<{ times: number }[]>`
    with recorded as (
      insert into given_up_work as held
        (id, kind, reference, queue, route, verification_id, reason, payload, first_at, last_at)
      select ${id}::uuid, ${kind}, ${reference}, ${job?.queue ?? null}, r.route, r.verification_id, ${reason},
        ${job ? storableJson(job.payload) : null}::text::jsonb, t.at, t.at
      from (select ${at.toISOString()}::timestamptz as at) t left join receipts r on r.id = ${receiptId}::uuid
      where ${kind === "job"}
        or exists (select from receipt_inbox where receipt_id = ${receiptId}::uuid)
        or exists (select from receipt_batches where id = ${batchId}::uuid)
      on conflict (kind, reference) where redriven_at is null
        do update set times = held.times + 1, reason = excluded.reason, last_at = excluded.last_at
      returning times
    ), receipt_parked as (
      update receipt_inbox set due_at = 'infinity'
      where receipt_id = ${receiptId}::uuid and (select times from recorded) >= ${RECEIPT_TRIES}
    ), batch_parked as (
      update receipt_batches set due_at = 'infinity'
      where id = ${batchId}::uuid and exists (select from recorded)
    )
    select times from recorded`;
  return recorded?.times ?? null;
}

/** Deletes the counted tries of receipts that were decided after all. Returns how many those were. */
export async function forgetTries(db: Db, before: Date): Promise<number> {
  const { count } = await db.sql`
    delete from given_up_work
    where kind = 'receipt' and times < ${RECEIPT_TRIES} and redriven_at is null
      and last_at < ${before.toISOString()}::timestamptz`;
  return count;
}
