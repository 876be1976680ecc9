import type { Reach } from "@verdict/domain";
import type { Db } from "./database.ts";
import { DELIVERIES_CHANNEL } from "./deliveries.ts";
import type { By } from "./endpoints.ts";
import { recordHumanAction } from "./human-actions.ts";
import { inTransaction } from "./in-transaction.ts";
import { isUuid } from "./is-uuid.ts";

/** One delivery; all that were put on their way from then on and before; or all that failed and were not delivered since. */
export type ReplayChoice =
  | { kind: "one"; deliveryId: string }
  | { kind: "range"; from: Date; to: Date }
  | { kind: "failures" };

export type Replay = {
  endpointId: string;
  choice: ReplayChoice;
  /** Only of these routes; null: of all. */
  routes: Reach;
  /** True: only counts. */
  dryRun: boolean;
};

/**
 * Has deliveries of an endpoint sent again, whether they were delivered or not, with the whole schedule before them; one that is on its
 * way is sent at once. The event is the same, and so is its id. Returns how many: a dry run counts what the real one takes.
 */
export const replayDeliveries = (db: Db, replay: Replay, by: By): Promise<number> =>
  inTransaction(db, async (tx) => {
    const chosen = choose(tx, replay);
    if (replay.dryRun) {
      const [counted] = await tx.sql<
        [{ count: number }]
      >`select count(*)::int as count from deliveries where ${chosen}`;
      return counted.count;
    }
    const put = await tx.sql`
      update deliveries set state = 'pending', attempts = 0, lease = null, ended_at = null,
        next_attempt_at = ${by.at.toISOString()}::timestamptz
      where ${chosen}`;
    if (put.count === 0) return 0;
    const { endpointId, choice } = replay;
    await recordHumanAction(tx.orm, {
      ...{ at: by.at, actor: by.by, action: "endpoint.replay", subject: endpointId, route: null, verificationId: null },
      ...{ reason: by.reason ?? null, before: null, after: { ...choice, replayed: put.count } },
    });
    await tx.sql`select pg_notify(${DELIVERIES_CHANNEL}, '')`;
    return put.count;
  });

function choose({ sql }: Db, { endpointId, choice, routes }: Replay) {
  const own = sql`endpoint_id = ${endpointId}::uuid ${routes ? sql`and route = any(${[...routes]}::text[])` : sql``}`;
  switch (choice.kind) {
    case "one":
      return isUuid(choice.deliveryId) ? sql`${own} and id = ${choice.deliveryId}::uuid` : sql`false`;
    case "range":
      return sql`${own} and created_at >= ${choice.from.toISOString()}::timestamptz
        and created_at < ${choice.to.toISOString()}::timestamptz`;
    case "failures":
      return sql`${own} and (state = 'given_up' or (state = 'pending' and last_error is not null))`;
  }
}
