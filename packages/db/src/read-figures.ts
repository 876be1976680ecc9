import { type Discrepancy, PRODUCTS, type Product, type Severity } from "@verdict/domain";
import type { Db } from "./database.ts";
import { type EventRoom, readEventRoom } from "./event-partitions.ts";
import { RECEIPT_TRIES } from "./given-up-work.ts";
import { findOldestUntold } from "./notifications.ts";

type Line = { route: string; product: Product };

/** How far the promises are kept at this moment, in numbers. Besides what stands in the backlog. */
export type Figures = {
  /** Open verifications whose window, grace and five minutes for the queue are over. */
  overdue: (Line & { count: number })[];
  openDiscrepancies: { type: Discrepancy; count: number }[];
  openAlerts: { severity: Severity; count: number }[];
  /** Since when the oldest alert has waited to be told; null: none does. */
  oldestUntoldAt: Date | null;
  openWork: { kind: "receipt" | "batch" | "job"; count: number }[];
  /** Statements whose evidence waits for its seal; up to {@link UNSEALED_MOST}. */
  unsealed: number;
  /** Group commits that no receipts were made of yet, and since when the oldest has waited. */
  batches: number;
  oldestBatchAt: Date | null;
  /** When each class was dealt with last. */
  retention: { class: string; endedAt: Date }[];
  /** How far ahead events have their place, and how many have none. */
  eventRoom: EventRoom;
  /** Of the calls a second that are allowed, those that are under way or were made within the last one. */
  quota: (Line & { perSecond: number; used: number })[];
};

/** Further ones are not counted: it is far too many already. */
export const UNSEALED_MOST = 100_000;

/** Settling takes a moment after the deadline, through the queue; so long is no reason to worry. */
const TOLERANCE_SECONDS = 300;

type Read = Omit<Figures, "oldestUntoldAt" | "oldestBatchAt" | "retention" | "eventRoom"> & {
  oldestBatchMs: number | null;
  retention: { class: string; endedMs: number }[];
};

/** Reads them in three statements, from the indexes of what is open; it costs no more when much has ended. */
export async function readFigures(db: Db, { now, grace }: { now: Date; grace: number }): Promise<Figures> {
  const [read] = await db.sql<[Read]>`
    with overdue as (
      select route, product, count(*)::int as count from verifications
      where status in ('initializing', 'awaiting', 'claimed')
        and expires_at < ${now.toISOString()}::timestamptz - ${grace + TOLERANCE_SECONDS}::int * interval '1 second'
      group by route, product
    ), discrepant as (
      select type, count(*)::int as count from discrepancies where closed_at is null group by type
    ), alerting as (
      select severity, count(*)::int as count from alerts where status <> 'resolved' group by severity
    ), work as (
      select kind, count(*)::int as count from given_up_work
      where redriven_at is null and (kind <> 'receipt' or times >= ${RECEIPT_TRIES}::int) group by kind
    ), retained as (
      select class, extract(epoch from last_run_at)::float8 * 1000 as "endedMs" from retention_state
      where last_run_at is not null
    ), slots as (
      select route, product, count(*)::int as "perSecond", count(*) filter (where free_at > now())::int as used
      from call_slots where operation = 'CheckResult' group by route, product
    )
    select (select coalesce(json_agg(overdue), '[]') from overdue) as overdue,
      (select coalesce(json_agg(discrepant), '[]') from discrepant) as "openDiscrepancies",
      (select coalesce(json_agg(alerting), '[]') from alerting) as "openAlerts",
      (select coalesce(json_agg(work), '[]') from work) as "openWork",
      (select coalesce(json_agg(retained), '[]') from retained) as retention,
      (select coalesce(json_agg(slots), '[]') from slots) as quota,
      (select count(*)::int from (select from unsealed limit ${UNSEALED_MOST}) as waiting) as unsealed,
      (select count(*)::int from receipt_batches where due_at < 'infinity') as batches,
      -- An id begins with the time it was made, in milliseconds.
      (select ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint::float8
        from receipt_batches where due_at < 'infinity' order by id limit 1) as "oldestBatchMs"`;
  const { oldestBatchMs, retention, ...figures } = read;
  return {
    ...figures,
    oldestUntoldAt: await findOldestUntold(db),
    eventRoom: await readEventRoom(db),
    oldestBatchAt: oldestBatchMs === null ? null : new Date(oldestBatchMs),
    retention: retention.map(({ class: of, endedMs }) => ({ class: of, endedAt: new Date(endedMs) })),
  };
}

/** How many verifications were confirmed after up to 10^(step / STEPS_BY_DECADE) seconds, of those created since the beginning of that UTC day. */
export type ConfirmedAfter = { product: Product; step: number; count: number };

/** Of products that ship; reads the counts of these days alone. */
export async function countConfirmedAfter({ sql }: Db, since: Date): Promise<ConfirmedAfter[]> {
  return sql<ConfirmedAfter[]>`
    select product, value::int as step, sum(count)::float8 as count from verification_day_counts
    where day >= date_trunc('day', ${since.toISOString()}::timestamptz, 'UTC') and measure = 'seconds'
      and product = any(${[...PRODUCTS]}::text[])
    group by product, value`;
}
