import type { AttemptOutcome, DeliveryStep } from "@verdict/domain";
import type { Db } from "./database.ts";
import type { FeedEvent } from "./events.ts";
import { readInstant, readInstantOrNull } from "./read-instant.ts";
import type { endpoints } from "./schema.ts";

/** The channel on which it is said that deliveries are due that were not before. */
export const DELIVERIES_CHANNEL = "deliveries_due";

type EndpointRow = typeof endpoints.$inferSelect;

/** A delivery whose turn has come, with what is sent and where to. */
export type DueDelivery = {
  id: string;
  /** Of this attempt. */
  lease: string;
  /** This one included. */
  attempts: number;
  event: FeedEvent;
  endpoint: Pick<EndpointRow, "id" | "url" | "secret" | "previousSecret" | "previousUntil">;
};

export type TakeDeliveries = {
  now: Date;
  /** Nobody else sends them before then. Whoever dies in between has them sent again. */
  until: Date;
  limit: number;
  perEndpoint: number;
  /** How many this process is sending already, by endpoint. */
  busy: ReadonlyMap<string, number>;
};

/**
 * Takes what is to be sent: of each active endpoint no more than there is room for, so that a slow one holds up no other. Counts the
 * attempt before it is made.
 */
export async function takeDeliveries(
  { sql }: Db,
  { now, until, limit, perEndpoint, busy }: TakeDeliveries,
): Promise<DueDelivery[]> {
  const rows = await sql<Taken[]>`
    with due as (
      select d.id from (
        select e.id, ${perEndpoint}::int - coalesce(b.count, 0) as room from endpoints e
        left join unnest(${[...busy.keys()]}::uuid[], ${[...busy.values()]}::int[]) as b(id, count) on b.id = e.id
        where e.state = 'active' order by e.failing_since nulls first, e.id
      ) as e cross join lateral (
        select id from deliveries
        where endpoint_id = e.id and state = 'pending' and next_attempt_at <= ${now.toISOString()}::timestamptz
        order by next_attempt_at, id limit greatest(e.room, 0) for update skip locked
      ) as d
      limit ${limit}
    ), taken as (
      update deliveries d set next_attempt_at = ${until.toISOString()}::timestamptz, attempts = attempts + 1, lease = gen_random_uuid()
      from due where d.id = due.id
      returning d.id, d.lease, d.attempts, d.endpoint_id, d.event_id
    )
    select t.id, t.lease, t.attempts,
      v.id as "eventId", v.type, v.route, v.subject_id as "subjectId", v.version, v.verification_id as "verificationId",
      round(extract(epoch from v.at) * 1000)::float8 as at, v.data,
      e.id as "endpointId", e.url, e.secret, e.previous_secret as "previousSecret", e.previous_until as "previousUntil"
    from taken t
      -- One by one, each from the partition of its id: a join might read them all.
      cross join lateral (select * from events where id = t.event_id offset 0) as v
      join endpoints e on e.id = t.endpoint_id
    order by t.id`;
  return rows.map(toDue);
}

type Taken = Pick<DueDelivery, "id" | "lease" | "attempts"> &
  Omit<FeedEvent, "id" | "at"> & {
    eventId: string;
    at: number;
    endpointId: string;
    previousUntil: string | null;
  } & Pick<EndpointRow, "url" | "secret" | "previousSecret">;

function toDue(row: Taken): DueDelivery {
  const { id, lease, attempts, eventId, type, route, subjectId, version, verificationId, at, data } = row;
  const { endpointId, url, secret, previousSecret } = row;
  const previousUntil = readInstantOrNull(row.previousUntil);
  return {
    ...{ id, lease, attempts },
    event: { id: eventId, type, route, subjectId, version, verificationId, at: new Date(at), data },
    endpoint: { id: endpointId, url, secret, previousSecret, previousUntil },
  };
}

/** One attempt for the log. */
export type EndedAttempt = {
  outcome: AttemptOutcome;
  at: Date;
  durationMs: number;
  status: number | null;
  error: string | null;
  body: string;
};

/**
 * Puts an attempt on record, and what becomes of its delivery. False: the delivery is somebody else's by now, who sends it again; the attempt
 * was made all the same.
 */
export async function endDeliveryAttempt(
  { sql }: Db,
  { id, lease }: Pick<DueDelivery, "id" | "lease">,
  attempt: EndedAttempt,
  step: DeliveryStep,
): Promise<boolean> {
  const endedAt = new Date(attempt.at.getTime() + attempt.durationMs).toISOString();
  const next = step.state === "pending" ? step.nextAttemptAt.toISOString() : null;
  const [ended] = await sql<[{ ended: boolean }]>`
    with logged as (
      insert into delivery_attempts (id, delivery_id, at, duration_ms, outcome, status, error, body)
      values (new_event_id(), ${id}::uuid, ${attempt.at.toISOString()}::timestamptz, ${attempt.durationMs}::int, ${attempt.outcome},
        ${attempt.status}::int, ${attempt.error}, ${storable(attempt.body)})
    ), ended as (
      update deliveries set state = ${step.state}, next_attempt_at = ${next}::timestamptz, lease = null,
        last_status = ${attempt.status}::int, last_error = ${attempt.error},
        ended_at = case when ${step.state} <> 'pending' then ${endedAt}::timestamptz end
      where id = ${id}::uuid and lease = ${lease}::uuid and state = 'pending'
      returning 1
    )
    select exists (select from ended) as ended`;
  return ended.ended;
}

/** Lets go of a delivery that could not be attempted, for reasons of ours: it counts for none. */
export async function putOffDelivery(
  { sql }: Db,
  { id, lease }: Pick<DueDelivery, "id" | "lease">,
  until: Date,
): Promise<void> {
  await sql`
    update deliveries set attempts = attempts - 1, lease = null, next_attempt_at = ${until.toISOString()}::timestamptz
    where id = ${id}::uuid and lease = ${lease}::uuid and state = 'pending'`;
}

/** Postgres takes no text with a NUL in it. */
const storable = (body: string): string => body.replaceAll("\0", "");

/** When something that is not due yet becomes due; null: nothing will by itself. */
export async function findNextDelivery({ sql }: Db, now: Date): Promise<Date | null> {
  const [next] = await sql<[{ at: string | null }]>`
    select min(d.at) as at from endpoints e cross join lateral (
      select next_attempt_at as at from deliveries
      where endpoint_id = e.id and state = 'pending' and next_attempt_at > ${now.toISOString()}::timestamptz
      order by next_attempt_at limit 1
    ) as d where e.state = 'active'`;
  return readInstantOrNull(next.at);
}

export type Undelivered = {
  /** To be sent to endpoints that are switched on, since when the oldest has been, and how many wait for disabled ones. */
  pending: number;
  oldestAt: Date | null;
  waiting: number;
  givenUp: number;
  /** Events that no deliveries have been made of yet; counted up to 100,000. */
  behind: number;
};

/** What has not been delivered, of endpoints that exist. Counts through the indexes of these states. */
export async function countUndelivered({ sql }: Db): Promise<Undelivered> {
  const [read] = await sql<[Omit<Undelivered, "oldestAt"> & { oldestAt: string | null }]>`
    select coalesce(sum(p.count) filter (where e.state = 'active'), 0)::int as pending,
      min(p.oldest) filter (where e.state = 'active') as "oldestAt",
      coalesce(sum(p.count) filter (where e.state <> 'active'), 0)::int as waiting,
      coalesce(sum(g.count), 0)::int as "givenUp",
      (select count(*)::int from (select from events v, fan_out f where (v.position, v.id) > (f.position, f.event_id)
        limit 100000) as ahead) as behind
    from endpoints e
    cross join lateral (select count(*) as count, min(created_at) as oldest from deliveries
      where endpoint_id = e.id and state = 'pending') as p
    cross join lateral (select count(*) as count from deliveries where endpoint_id = e.id and state = 'given_up') as g`;
  return { ...read, oldestAt: read.oldestAt === null ? null : readInstant(read.oldestAt) };
}

/**
 * Calls `onDue` when deliveries may be due, on whichever process: events were written, or a person had some sent. `onReconnect` runs whenever
 * the connection was (re)made.
 */
export async function watchDeliveries({ listen }: Db, onDue: () => void): Promise<{ stop(): Promise<void> }> {
  const listening = await listen(DELIVERIES_CHANNEL, onDue, onDue);
  return { stop: () => listening.unlisten() };
}
