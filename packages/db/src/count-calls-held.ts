import type { Product } from "@verdict/domain";
import type { Db } from "./database.ts";

/** How much of a budget is used: calls a second that it allows, and those under way or answered within the last second. */
export type BudgetUse = { route: string; product: Product; perSecond: number; inUse: number };

/** The use of every budget for asking about results, at this moment. */
export const countCallsHeld = (db: Db): Promise<BudgetUse[]> =>
  db.sql<BudgetUse[]>`
    select route, product, count(*)::int as "perSecond",
      count(*) filter (where free_at > clock_timestamp())::int as "inUse"
    from call_slots where operation = 'CheckResult'
    group by route, product order by route, product`;
