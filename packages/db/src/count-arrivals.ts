import type { Arrival, Product } from "@verdict/domain";
import type { Db } from "./database.ts";
import { firstIdAt } from "./first-id-at.ts";

export type RouteArrival = Arrival & { route: string; product: Product };

/**
 * How many of the sessions begun since then have a result that the provider was asked for, and how many of these had a
 * callback. Others do not count: a user who walks away causes no callback. Reads the latest stretch of one index, however
 * many sessions there are; still, once a minute is often enough.
 */
export const countArrivals = (db: Db, since: Date): Promise<RouteArrival[]> =>
  db.sql<RouteArrival[]>`
    select route, product, count(*)::int as ended, count(claimed_at)::int as "withCallback"
    from verifications
    where id >= ${firstIdAt(since)}::uuid and outcome_source = 'check_result'
    group by route, product`;
