import {
  type Db,
  type DueGroup,
  findInhibition,
  inTransaction,
  listActiveSilences,
  listEnabledChannels,
  listTold,
  takeDueGroups,
  writePlans,
} from "@verdict/db";
import { inhibitorOf, type NotificationPolicy, planNotifications } from "@verdict/domain";

export type PlanDeps = { db: Db; now: () => Date; newId: () => string; policy: NotificationPolicy };

/** Groups planned in one transaction. */
const AT_A_TIME = 50;

/**
 * Decides for every group of alerts that is due what is to be told to whom, and puts that on record. Any number of workers may;
 * each group is planned by one at a time. Returns how many groups were looked at.
 */
export async function planDueNotifications(deps: PlanDeps): Promise<number> {
  let planned = 0;
  for (;;) {
    const done = await inTransaction(deps.db, (tx) => planSome({ ...deps, db: tx }));
    planned += done;
    if (done < AT_A_TIME) return planned;
  }
}

async function planSome({ db, now: clock, newId, policy }: PlanDeps): Promise<number> {
  const now = clock();
  const groups = await takeDueGroups(db, now, AT_A_TIME);
  if (groups.length === 0) return 0;
  // One after the other: a transaction has one connection.
  const told = await listTold(
    db,
    groups.map(({ id }) => id),
  );
  const channels = await listEnabledChannels(db);
  const silences = await listActiveSilences(db, now);
  const planned = [];
  for (const group of groups) {
    const inhibitedBy = group.closedAt ? null : await findInhibitor(db, group);
    const mine = told.filter(({ groupId }) => groupId === group.id);
    planned.push({
      group,
      plan: planNotifications({ group, told: mine, channels, silences, inhibitedBy, policy, now }),
    });
  }
  await writePlans(db, planned, { named: channels, now, newId });
  return groups.length;
}

/** The alert that makes all of a group unnecessary; null: at least one of its alerts is to be told. */
async function findInhibitor(db: Db, group: DueGroup): Promise<string | null> {
  const { members, open } = await findInhibition(db, group);
  const found = members.map((member) => inhibitorOf(member, open));
  return found.every((one) => one !== null) ? (found[0]?.id ?? null) : null;
}
