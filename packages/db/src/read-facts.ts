import type { AlertRuleSettings, Condition, EndingCount, Facts, RefusedCount } from "@verdict/domain";
import type { Db } from "./database.ts";
import { RECEIPT_TRIES } from "./given-up-work.ts";
import { readInstant, readInstantOrNull } from "./read-instant.ts";

export type FactsWanted = {
  now: Date;
  /** The routes that are configured. */
  routes: readonly string[];
  rules: AlertRuleSettings;
};

const HOUR_MS = 3_600_000;

/** So many of the latest sessions tell whether callbacks arrive, and so many before them what is usual. */
const [LATEST, HISTORY] = [100, 2_000];

/** What can be seen right now. A fixed number of statements; each reads the latest stretch of an index, or what waits. */
export async function readFacts(db: Db, wanted: FactsWanted): Promise<Facts> {
  const [endings, refusals, arrivals, givenUp, lines, waiting, parked, endpoints] = await Promise.all([
    readEndings(db, wanted),
    readRefusals(db, wanted),
    readArrivals(db, wanted),
    readGivenUp(db),
    readLines(db, wanted),
    readWaiting(db),
    readParked(db),
    readEndpoints(db),
  ]);
  return { endings, refusals, arrivals, givenUp, lines, waiting, parked, endpoints };
}

/** Only those that are halfway to an alert: most users fail now and then. */
async function readEndings({ sql }: Db, { now, routes, rules }: FactsWanted): Promise<EndingCount[]> {
  const { user_burst: user, scene_burst: scene, route_burst: route } = rules;
  const since = (window: number) => new Date(now.getTime() - window * 1000).toISOString();
  const longest = Math.max(user.window, scene.window, route.window);
  return sql<EndingCount[]>`
    with ended as materialized (
      select v.route, v.merchant_user_hash, v.scene_code, v.status = 'failed' as failed, v.confirmed_at
      from unnest(${[...routes]}::text[]) as r(route) join verifications v on v.route = r.route
      where v.status in ('passed', 'failed') and v.confirmed_at > ${since(longest)}::timestamptz
    )
    select 'user' as by, route, merchant_user_hash as subject, (count(*) filter (where failed))::int as failed,
      count(*)::int as ended
    from ended where confirmed_at > ${since(user.window)}::timestamptz
    group by route, merchant_user_hash having count(*) filter (where failed) >= ${user.failures / 2}::float8
    union all
    select 'scene', route, scene_code, (count(*) filter (where failed))::int, count(*)::int
    from ended where confirmed_at > ${since(scene.window)}::timestamptz and scene_code is not null
    group by route, scene_code having count(*) filter (where failed) >= ${scene.failures / 2}::float8
    union all
    select 'route', route, null, (count(*) filter (where failed))::int, count(*)::int
    from ended where confirmed_at > ${since(route.window)}::timestamptz
    group by route having count(*) filter (where failed) >= ${route.failures / 2}::float8`;
}

async function readRefusals({ sql }: Db, { now }: FactsWanted): Promise<RefusedCount[][]> {
  const from = new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS - HOUR_MS).toISOString();
  const rows = await sql<(RefusedCount & { hour: string })[]>`
    select hour, route, reason, source, times::float8 as times, last_at as "lastAt"
    from refusals where hour >= ${from}::timestamptz`;
  const counts = rows.map((row) => ({ ...row, lastAt: readInstant(row.lastAt) }));
  return [...Map.groupBy(counts, ({ hour }) => hour).values()];
}

/**
 * The latest sessions with a result that was asked for, and the history before them. While a silence is open, that history is
 * the one before it began: otherwise silence would become usual.
 */
async function readArrivals({ sql }: Db, { now, routes, rules }: FactsWanted): Promise<Facts["arrivals"][number][]> {
  const { window } = rules.callback_silence;
  const counted = sql`json_build_object('ended', count(*), 'withCallback', count(claimed_at))`;
  const asked = sql`v.route = r.route and v.status in ('passed', 'failed') and v.outcome_source = 'check_result'`;
  return sql<Facts["arrivals"][number][]>`
    select r.route,
      (select ${counted} from (
        select claimed_at from verifications v
        where ${asked} and v.confirmed_at > ${now.toISOString()}::timestamptz - ${window}::int * interval '1 second'
        order by v.confirmed_at desc limit ${LATEST}) as latest) as lately,
      (select ${counted} from (
        select claimed_at, confirmed_at, row_number() over (order by confirmed_at desc) as place from (
          select v.claimed_at, v.confirmed_at from verifications v
          where ${asked} and v.confirmed_at <= began.at and v.confirmed_at > began.at - interval '7 days'
          order by v.confirmed_at desc limit ${LATEST + HISTORY}) as stretch) as ranked
        where place > ${LATEST} or confirmed_at <= began.at - ${window}::int * interval '1 second') as before
    from unnest(${[...routes]}::text[]) as r(route) cross join lateral (
      select coalesce(
        (select opened_at from alerts a
          where a.rule = 'callback_silence' and a.route = r.route and a.status <> 'resolved' limit 1),
        ${now.toISOString()}::timestamptz) as at) as began`;
}

const readGivenUp = ({ sql }: Db): Promise<Facts["givenUp"][number][]> =>
  sql<Facts["givenUp"][number][]>`
    select route, kind, count(*)::int as count from given_up_work
    where redriven_at is null and (kind <> 'receipt' or times >= ${RECEIPT_TRIES})
    group by route, kind order by route, kind`;

async function readLines({ sql }: Db, { now }: FactsWanted): Promise<Facts["lines"][number][]> {
  const rows = await sql<Facts["lines"][number][]>`
    select v.route, v.product, count(*)::int as due, min(v.next_check_at) as "oldestDueAt",
      (select nullif(count(*), 0)::int from call_slots s
        where s.route = v.route and s.product = v.product and s.operation = 'CheckResult') as "perSecond",
      exists (select from breakers b where b.route = v.route and b.product = v.product
        and b.operation = 'CheckResult' and b.state <> 'closed') as "heldBack"
    from verifications v where v.next_check_at <= ${now.toISOString()}::timestamptz
    group by v.route, v.product`;
  return rows.map((row) => ({ ...row, oldestDueAt: readInstantOrNull(row.oldestDueAt) }));
}

async function readWaiting({ sql }: Db): Promise<Facts["waiting"][number][]> {
  const [read] = await sql<[{ receivedAt: string | null; batchId: string | null }]>`
    select
      (select min(r.received_at) from (
        select receipt_id from receipt_inbox where due_at < 'infinity' order by due_at limit 500) as i
        join receipts r on r.id = i.receipt_id) as "receivedAt",
      (select id from receipt_batches where due_at < 'infinity' order by id limit 1) as "batchId"`;
  const batchAt = read.batchId && new Date(Number.parseInt(read.batchId.replace("-", "").slice(0, 12), 16));
  return [
    ...(read.receivedAt ? [{ what: "receipts", oldestDueAt: readInstant(read.receivedAt) } as const] : []),
    ...(batchAt ? [{ what: "batches", oldestDueAt: batchAt } as const] : []),
  ];
}

const readParked = ({ sql }: Db): Promise<Facts["parked"][number][]> =>
  sql<Facts["parked"][number][]>`select route, code from breakers where state = 'parked' order by route, product`;

/** Those that have taken nothing since their last success. One that a person switched off is nobody's trouble. */
async function readEndpoints({ sql }: Db): Promise<Facts["endpoints"][number][]> {
  const rows = await sql<(Facts["endpoints"][number] & { failingSince: string })[]>`
    select id, failing_since as "failingSince", state = 'disabled' as disabled, coalesce(disabled_why = 'gone', false) as gone
    from endpoints where failing_since is not null and (state = 'active' or disabled_why in ('gone', 'failing'))
    order by id`;
  return rows.map((row) => ({ ...row, failingSince: readInstant(row.failingSince) }));
}

/** The alerts of these rules that go on. */
export const listOngoing = ({ sql }: Db, rules: readonly string[]) =>
  sql<Pick<Condition, "rule" | "route" | "subject">[]>`
    select rule, route, subject from alerts
    where rule = any(${[...rules]}::text[]) and status <> 'resolved' and discrepancy_id is null`;
