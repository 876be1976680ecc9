import type { Severity } from "@verdict/domain";
import { asc, eq } from "drizzle-orm";
import type { Db } from "./database.ts";
import { readInstant, readInstantOrNull } from "./read-instant.ts";
import { notifications } from "./schema.ts";

export type Notification = typeof notifications.$inferSelect;

/** A notification whose turn to be sent has come, with all that is told, as of now. */
export type DueNotification = Pick<Notification, "id" | "groupId" | "kind" | "attempts" | "createdAt"> & {
  group: {
    rule: string;
    route: string;
    severity: Severity;
    count: number;
    confirmed: number;
    openedAt: Date;
    lastAt: Date;
    closedAt: Date | null;
    /** One of its alerts, to look it up by, with what it says; the latest. */
    alertId: string;
    detail: string | null;
  };
  /** Null: it was deleted, or switched off. */
  channel: { id: string; kind: string; config: Record<string, unknown>; secrets: string } | null;
};

/**
 * Takes what is to be sent, so that nobody else sends it before `until`: whoever dies in between has it sent again then.
 * Counts the attempt before it is made.
 */
export const takeNotifications = (
  { sql }: Db,
  { now, until, limit }: { now: Date; until: Date; limit: number },
): Promise<DueNotification[]> =>
  sql<DueNotification[]>`
    with due as (
      select id from notifications where state = 'pending' and next_attempt_at <= ${now.toISOString()}::timestamptz
      order by next_attempt_at limit ${limit} for update skip locked
    ), taken as (
      update notifications n set next_attempt_at = ${until.toISOString()}::timestamptz, attempts = attempts + 1
      from due where n.id = due.id
      returning n.*
    )
    select t.id, t.group_id as "groupId", t.kind, t.attempts, t.created_at as "createdAt",
      json_build_object('rule', g.rule, 'route', g.route, 'severity', g.severity, 'count', g.count,
        'confirmed', g.confirmed, 'openedAt', g.opened_at, 'lastAt', g.last_at, 'closedAt', g.closed_at,
        'alertId', a.id, 'detail', a.detail) as group,
      case when c.enabled then json_build_object('id', c.id, 'kind', c.kind, 'config', c.config, 'secrets', c.secrets)
        end as channel
    from taken t join alert_groups g on g.id = t.group_id left join channels c on c.id = t.channel_id
      cross join lateral (select id, detail from alerts where group_id = g.id order by opened_at desc, id desc limit 1) a
    order by t.created_at, t.id`.then((rows) => rows.map(withDates));

const withDates = ({ group, ...row }: DueNotification): DueNotification => ({
  ...row,
  createdAt: readInstant(row.createdAt),
  group: {
    ...group,
    openedAt: readInstant(group.openedAt),
    lastAt: readInstant(group.lastAt),
    closedAt: readInstantOrNull(group.closedAt),
  },
});

/** How sending ended. `pending`: it is tried again then. */
export type SendEnding =
  | { state: "sent"; count: number; confirmed: number }
  | { state: "pending"; nextAttemptAt: Date; error: string }
  | { state: "dead"; error: string };

/** Puts on record how sending ended, and has its group looked at: what comes next depends on it. */
export async function endAttempt({ sql }: Db, id: string, ending: SendEnding, at: Date): Promise<void> {
  const nextAttemptAt = ending.state === "pending" ? ending.nextAttemptAt.toISOString() : null;
  const [count, confirmed] = ending.state === "sent" ? [ending.count, ending.confirmed] : [null, null];
  const error = ending.state === "sent" ? null : ending.error.slice(0, 300);
  const now = at.toISOString();
  await sql`
    with ended as (
      update notifications set state = ${ending.state}, count = coalesce(${count}::int, count),
        confirmed = coalesce(${confirmed}::int, confirmed), last_error = coalesce(${error}::text, last_error),
        next_attempt_at = ${nextAttemptAt}::timestamptz,
        ended_at = case when ${ending.state} <> 'pending' then ${now}::timestamptz end
      where id = ${id} and state = 'pending'
      returning group_id
    )
    update alert_groups g set due_at = least(g.due_at, ${now}::timestamptz) from ended where g.id = ended.group_id`;
}

/** Since when the oldest notification has waited to be planned or sent for the first time; null: none does. */
export async function findOldestUntold({ sql }: Db): Promise<Date | null> {
  const [read] = await sql<[{ at: string | null }]>`
    select least(
      (select min(due_at) from alert_groups where due_at is not null),
      (select min(created_at) from notifications where state = 'pending' and attempts = 0)) as at`;
  return readInstantOrNull(read.at);
}

/** When the next group is to be looked at, or the next notification sent; null: not before something happens. */
export async function findNextTelling({ sql }: Db): Promise<Date | null> {
  const [read] = await sql<[{ at: string | null }]>`
    select least(
      (select min(due_at) from alert_groups where due_at is not null),
      (select min(next_attempt_at) from notifications where state = 'pending')) as at`;
  return readInstantOrNull(read.at);
}

/** What was told of a group, oldest first. */
export const listNotifications = (db: Db, groupId: string): Promise<Notification[]> =>
  db.orm
    .select()
    .from(notifications)
    .where(eq(notifications.groupId, groupId))
    .orderBy(asc(notifications.createdAt), asc(notifications.id));
