import { countArrivals, type Db, type RouteArrival } from "@verdict/db";
import { type Arrival, type CheckPolicy, offsetsFor, type Product } from "@verdict/domain";

/** How far back the sessions reach that tell whether callbacks arrive. */
const WINDOW_MS = 3_600_000;

const NOTHING: Arrival = { ended: 0, withCallback: 0 };

/**
 * Knows which routes have fallen silent, as of the last `look`, and asks about their sessions more densely. Before the first
 * look every route has the policy as it is.
 */
export function watchArrivals({ db, now, policy }: { db: Db; now: () => Date; policy: CheckPolicy }) {
  let arrivals: readonly RouteArrival[] = [];
  return {
    async look(): Promise<void> {
      arrivals = await countArrivals(db, new Date(now().getTime() - WINDOW_MS));
    },
    policyOf(route: string, product: Product): CheckPolicy {
      const arrival = arrivals.find((one) => one.route === route && one.product === product) ?? NOTHING;
      return { ...policy, silentOffsets: offsetsFor(policy, arrival) };
    },
  };
}
