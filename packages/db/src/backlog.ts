import type { BreakerState, Product, Status } from "@verdict/domain";
import type { Db } from "./database.ts";
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
};

/** Reads the backlog in one statement. It counts what is open or due through their own indexes, however much has ended. */
export async function readBacklog({ sql }: Db, now: Date): Promise<Backlog> {
  const lane = sql.unsafe(CHECK_LANE_EXPRESSION);
  const [read] = await sql<[Omit<Backlog, "oldestOpenAt"> & { oldestOpenMs: number | null }]>`
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
      (select count(*)::int from receipt_inbox) as "inboxReceipts"`;
  const { oldestOpenMs, ...backlog } = read;
  return { ...backlog, oldestOpenAt: oldestOpenMs === null ? null : new Date(oldestOpenMs) };
}
