import type { Breaker, Product } from "@verdict/domain";
import type { CallBudget, TakenCall } from "./call-slots.ts";
import type { Db } from "./database.ts";
import { CHECK_LANE_EXPRESSION } from "./schema.ts";
import { findVerifications, type Verification } from "./verifications.ts";

/** What may be asked now. */
export type TakenChecks = {
  /** Most urgent first. Nobody else asks about them until the lease ends. */
  verifications: Verification[];
  /** The call each of them may make, to be given back; null: as many as they like. */
  calls: TakenCall[] | null;
  /** The breaker as it stood; null: there has been no trouble. */
  breaker: Breaker | null;
  /** Milliseconds until the next call of the budget is free; null: it does not hold anything back. */
  freeInMs: number | null;
};

export type TakeOptions = {
  now: Date;
  /** The lease's end, for the verifications and for the calls. */
  until: Date;
  /** Most to take. */
  most: number;
  /** Whether calls are counted. */
  limited: boolean;
  /** Calls that become free within so many milliseconds are taken as well. Default: only those that are. */
  aheadMs?: number;
};

/** The lanes, most urgent first. */
const LANES = [0, 1, 2, 3];

/**
 * Takes the most urgent verifications of a route and product that are due, no more than its budget has calls free and its
 * breaker lets through. Any number of workers may; none takes what another has. Two statements, whatever the number.
 */
export async function takeDueChecks(
  db: Db,
  route: string,
  product: Product,
  { now, until, most, limited, aheadMs = 0 }: TakeOptions,
): Promise<TakenChecks> {
  const at = now.toISOString();
  const leaseMs = until.getTime() - now.getTime();
  const [taken] = await db.sql<[Row]>`
    with breaker as (
      select state, troubles, blocked_until, code from breakers
      where route = ${route} and product = ${product} and operation = 'CheckResult'
    ), allowed as (
      select case
        when not exists (select from breaker) or exists (select from breaker where state = 'closed') then ${most}::int
        when exists (select from breaker where blocked_until <= ${at}::timestamptz) then 1
        else 0
      end as most
    ), near as (
      -- Seen, not locked: with no call to be had, no verification is locked either.
      select slot, free_at from call_slots
      where ${limited} and route = ${route} and product = ${product} and operation = 'CheckResult'
        and free_at <= clock_timestamp() + ${aheadMs}::int * interval '1 millisecond'
    ), wanted as (
      select case when ${limited} then least(most, (select count(*) from near)) else most end as most from allowed
    ), due as (
      select d.id, row_number() over (order by lane, d.next_check_at) as place
      from unnest(${LANES}::int[]) as lane cross join lateral (
        select id, next_check_at from verifications
        where route = ${route} and product = ${product} and ${laneOf(db)} = lane and next_check_at <= ${at}::timestamptz
          and (asking_until is null or asking_until < ${at}::timestamptz)
        order by next_check_at limit (select most from wanted) for update skip locked) d
      order by place limit (select most from wanted)
    ), free as (
      select slot, free_at from call_slots
      where ${limited} and route = ${route} and product = ${product} and operation = 'CheckResult'
        and free_at <= clock_timestamp() + ${aheadMs}::int * interval '1 millisecond'
      order by free_at limit (select count(*) from due) for update skip locked
    ), held as (
      update call_slots s set free_at = clock_timestamp() + ${leaseMs}::int * interval '1 millisecond'
      from free where s.route = ${route} and s.product = ${product} and s.operation = 'CheckResult' and s.slot = free.slot
      returning s.slot, s.free_at as leased_until, free.free_at
    ), leased as (
      update verifications v set asking_until = ${until.toISOString()}::timestamptz
      from due where v.id = due.id and (not ${limited} or due.place <= (select count(*) from free))
      returning v.id, due.place
    ), trying as (
      update breakers b
      set state = case when b.state = 'parked' then b.state else 'half_open' end,
        blocked_until = ${until.toISOString()}::timestamptz
      where b.route = ${route} and b.product = ${product} and b.operation = 'CheckResult' and b.state <> 'closed'
        and exists (select from leased)
    )
    select
      (select coalesce(json_agg(id order by place), '[]') from leased) as ids,
      (select coalesce(json_agg(json_build_object(
          'slot', slot, 'leasedUntil', leased_until::text, 'inMs', greatest(0, extract(epoch from free_at - clock_timestamp()) * 1000)) order by free_at), '[]')
        from held) as calls,
      (select json_build_object('state', state, 'troubles', troubles, 'blockedUntil', blocked_until, 'code', code)
        from breaker) as breaker,
      (select case when (select count(*) from leased) < (select most from allowed) and exists (
            select from unnest(${LANES}::int[]) as lane, lateral (
              select 1 from verifications
              where route = ${route} and product = ${product} and ${laneOf(db)} = lane
                and next_check_at <= ${at}::timestamptz and (asking_until is null or asking_until < ${at}::timestamptz)
                and id not in (select id from leased)
              limit 1) more)
          -- All calls may be ours.
          then greatest(0, coalesce(extract(epoch from min(free_at) - clock_timestamp()) * 1000, 1000))::float8 end
        from call_slots
        where ${limited} and route = ${route} and product = ${product} and operation = 'CheckResult'
          and slot not in (select slot from held)) as "freeInMs"`;
  const { ids, calls, breaker, freeInMs } = taken;
  return {
    verifications: await inOrder(db, ids),
    calls: limited ? calls : null,
    breaker: breaker && { ...breaker, blockedUntil: new Date(breaker.blockedUntil) },
    freeInMs: limited ? freeInMs : null,
  };
}

/** The index's own expression, to the letter. */
const laneOf = ({ sql }: Db) => sql.unsafe(CHECK_LANE_EXPRESSION);

type Row = {
  ids: string[];
  calls: TakenCall[];
  breaker: (Omit<Breaker, "blockedUntil"> & { blockedUntil: string }) | null;
  freeInMs: number | null;
};

async function inOrder(db: Db, ids: readonly string[]): Promise<Verification[]> {
  if (ids.length === 0) return [];
  const byId = new Map((await findVerifications(db, ids)).map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** Which of these routes and products have something due. */
export async function findDueBudgets(
  db: Db,
  budgets: readonly Pick<CallBudget, "route" | "product">[],
  now: Date,
): Promise<Pick<CallBudget, "route" | "product">[]> {
  return db.sql<Pick<CallBudget, "route" | "product">[]>`
    select b.route, b.product
    from unnest(${budgets.map(({ route }) => route)}::text[], ${budgets.map(({ product }) => product)}::text[])
      as b(route, product)
    where exists (
      select from unnest(${LANES}::int[]) as lane, lateral (
        select 1 from verifications v
        where v.route = b.route and v.product = b.product and ${laneOf(db)} = lane
          and v.next_check_at <= ${now.toISOString()}::timestamptz limit 1) d)`;
}
