import { type AlertGroup, inhibitorsOf, type NotificationPlan, type OpenAlert, type Told } from "@verdict/domain";
import type { Db } from "./database.ts";
import { readInstant, readInstantOrNull } from "./read-instant.ts";
import type { alertGroups, channels } from "./schema.ts";
import { storableJson } from "./storable-json.ts";

/** The channel on which it is said that alerts were raised, moved, or have to be told. */
const ALERTS_CHANNEL = "alerts_changed";

export type DueGroup = typeof alertGroups.$inferSelect;

/** Holds groups that are due until the end of the transaction, longest due first. Nobody else has them meanwhile. */
export async function takeDueGroups({ sql }: Db, now: Date, limit: number): Promise<DueGroup[]> {
  const rows = await sql<DueGroup[]>`
    select id, key, rule, route, severity, count, confirmed, open, unacknowledged, opened_at as "openedAt",
      last_at as "lastAt", closed_at as "closedAt", due_at as "dueAt"
    from alert_groups where due_at <= ${now.toISOString()}::timestamptz
    order by due_at limit ${limit} for update skip locked`;
  return rows.map((row) => ({
    ...row,
    openedAt: readInstant(row.openedAt),
    lastAt: readInstant(row.lastAt),
    closedAt: readInstantOrNull(row.closedAt),
    dueAt: readInstantOrNull(row.dueAt),
  }));
}

/** What has been told of groups, in the order it was put on record. */
export async function listTold({ sql }: Db, groupIds: readonly string[]): Promise<(Told & { groupId: string })[]> {
  const rows = await sql<(Told & { groupId: string })[]>`
    select group_id as "groupId", channel_id as "channelId", kind, state, count, confirmed, attempts,
      coalesce(ended_at, created_at) as at, held_by as "heldBy"
    from notifications where group_id = any(${[...groupIds]}::uuid[]) order by created_at, id`;
  return rows.map((row) => ({ ...row, at: readInstant(row.at) }));
}

/** Most alerts of a group that are looked at to see whether each of them has been made unnecessary. */
const MEMBERS = 100;

/** The alerts of a group that go on, and those of its route that may make them unnecessary. */
export async function findInhibition(
  { sql }: Db,
  { id, rule, route }: Pick<DueGroup, "id" | "rule" | "route">,
): Promise<{ members: OpenAlert[]; open: OpenAlert[] }> {
  const sources = inhibitorsOf(rule);
  if (sources.length === 0) return { members: [], open: [] };
  const columns = sql`id, rule, route, subject, confirmation`;
  const members = await sql<OpenAlert[]>`
    select ${columns} from alerts where group_id = ${id} and status <> 'resolved' limit ${MEMBERS}`;
  const subjects = members.flatMap(({ subject }) => subject ?? []);
  const open = await sql<OpenAlert[]>`
    select distinct on (rule, subject, confirmation) ${columns} from alerts
    where rule = any(${sources}::text[]) and route = ${route} and status <> 'resolved'
      and (rule <> 'liveness_attack' or subject = any(${subjects}::text[]))
    order by rule, subject, confirmation, opened_at`;
  return { members, open };
}

export type PlannedGroup = { group: AlertGroup & { id: string }; plan: NotificationPlan };

type Named = Pick<typeof channels.$inferSelect, "id" | "name">;

/** Puts on record what was planned, and when each group is looked at again. For the transaction that holds the groups. */
export async function writePlans(
  { sql }: Db,
  planned: readonly PlannedGroup[],
  { named, now, newId }: { named: readonly Named[]; now: Date; newId: () => string },
): Promise<void> {
  const names = new Map(named.map(({ id, name }) => [id, name]));
  const rows = planned.flatMap(({ group, plan }) => {
    const about = { groupId: group.id, count: group.count, confirmed: group.confirmed };
    return [
      ...plan.send.map((one) => ({ ...about, ...one, state: "pending", heldBy: null })),
      ...plan.hold.map((one) => ({ ...about, ...one, kind: "firing" })),
    ].map((row) => ({ ...row, id: newId(), name: names.get(row.channelId) ?? "" }));
  });
  const looks = planned.map(({ group, plan }) => ({ id: group.id, dueAt: plan.lookAgainAt }));
  const at = now.toISOString();
  await sql`
    with told as (
      insert into notifications
        (id, group_id, channel_id, channel_name, kind, state, count, confirmed, held_by, next_attempt_at, created_at, ended_at)
      select n.id, n."groupId", n."channelId", n.name, n.kind, n.state, n.count, n.confirmed, n."heldBy",
        case when n.state = 'pending' then ${at}::timestamptz end, ${at}::timestamptz,
        case when n.state <> 'pending' then ${at}::timestamptz end
      from json_to_recordset(${storableJson(rows)}::text::json) as n(
        "id" uuid, "groupId" uuid, "channelId" uuid, "name" text, "kind" text, "state" text, "count" int,
        "confirmed" int, "heldBy" uuid)
    )
    update alert_groups g set due_at = l."dueAt"
    from json_to_recordset(${storableJson(looks)}::text::json) as l("id" uuid, "dueAt" timestamptz)
    where g.id = l.id`;
}

/** Has all groups that go on looked at now: what they are told by has changed. */
export async function lookAtOpenGroups({ sql }: Db, now: Date): Promise<void> {
  await sql`
    with due as (
      update alert_groups g set due_at = least(g.due_at, ${now.toISOString()}::timestamptz)
      from (select id from alert_groups where closed_at is null order by key for no key update) as open
      where g.id = open.id
    )
    select pg_notify(${ALERTS_CHANNEL}, '')`;
}

/** Calls `onChange` whenever alerts may have to be told, and when the connection was made again. */
export async function watchAlerts({ listen }: Db, onChange: () => void): Promise<{ stop(): Promise<void> }> {
  const listening = await listen(ALERTS_CHANNEL, onChange, onChange);
  return { stop: () => listening.unlisten() };
}

export type GroupCount = Pick<DueGroup, "id" | "count" | "confirmed" | "open" | "unacknowledged">;

/** How many alerts groups have. */
export const findGroupCounts = ({ sql }: Db, ids: readonly string[]): Promise<GroupCount[]> =>
  sql<GroupCount[]>`
    select id, count, confirmed, open, unacknowledged from alert_groups where id = any(${[...ids]}::uuid[])`;

/** The alerts of a group that nobody has resolved yet, oldest first. */
export async function listOpenOfGroup({ sql }: Db, groupId: string): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from alerts where group_id = ${groupId} and status <> 'resolved' order by opened_at, id`;
  return rows.map(({ id }) => id);
}
