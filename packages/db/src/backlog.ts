import type { BreakerState, Product, Status } from "@verdict/domain";
import type { Db } from "./database.ts";
import { countUndelivered, type Undelivered } from "./deliveries.ts";
import { CHECK_LANE_EXPRESSION } from "./schema.ts";

/** The lanes by number, most urgent first. */
export const LANE_NAMES = ["fresh", "expiring", "poll", "backfill"] as const;

type Line = { route: string; product: Product };

/** What there is to do, and what holds it up. */
export type Backlog = {
  /** Verifications to be asked about now. */
  due: (Line & { lane: number; count: number })[];
  open: (Line & { status: Status; count: number })[];
  /** Since when the oldest open verification has been. */
  oldestOpenAt: Date | null;
  /** Calls of CheckResult a second; a line that is not named has no limit. */
  budgets: (Line & { perSecond: number })[];
  /** A line that is not named has had no trouble. */
  breakers: (Line & { state: BreakerState })[];
  /** Receipts that wait for a decision. */
  inboxReceipts: number;
  /** Since when the counts that statistics are read from have been out of date; null: they are not. */
  countsStaleSince: Date | null;
  /** Events on their way to endpoints. */
  deliveries: Undelivered;
};

/** Reads the backlog in a statement, and one about deliveries. It counts what is open or due through their own indexes, however much has ended. */
export async function readBacklog(db: Db, now: Date): Promise<Backlog> {
  const { sql } = db;
  const lane = sql.unsafe(CHECK_LANE_EXPRESSION);
  const [read] = await sql<[Read]>`
    with due as (
      select route, product, ${lane} as lane, count(*)::int as count from verifications
      where next_check_at <= ${now.toISOString()}::timestamptz
      group by route, product, ${lane}
    ), open as (
      select route, product, status, count(*)::int as count, min(created_at) as oldest from verifications
      where status in ('initializing', 'awaiting', 'claimed')
      group by route, product, status
    ), budgets as (
      select route, product, count(*)::int as "perSecond" from call_slots
      where operation = 'CheckResult' group by route, product
    )
    select (select coalesce(json_agg(due), '[]') from due) as due,
      (select coalesce(json_agg(open), '[]') from open) as open,
      (select extract(epoch from min(oldest))::float8 * 1000 from open) as "oldestOpenMs",
      (select coalesce(json_agg(budgets), '[]') from budgets) as budgets,
      (select coalesce(json_agg(json_build_object('route', route, 'product', product, 'state', state)), '[]')
        from breakers where operation = 'CheckResult') as breakers,
      (select count(*)::int from receipt_inbox) as "inboxReceipts",
      (select extract(epoch from since)::float8 * 1000 from stale_hours order by id limit 1) as "staleSinceMs"`;
  const { oldestOpenMs, staleSinceMs, ...backlog } = read;
  const deliveries = await countUndelivered(db);
  return { ...backlog, deliveries, oldestOpenAt: moment(oldestOpenMs), countsStaleSince: moment(staleSinceMs) };
}

type Read = Omit<Backlog, "oldestOpenAt" | "countsStaleSince" | "deliveries"> & {
  oldestOpenMs: number | null;
  staleSinceMs: number | null;
};

const moment = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
