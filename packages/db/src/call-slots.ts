import type { Breaker, Product } from "@verdict/domain";
import type { Db } from "./database.ts";
import type { ASKED_OPERATIONS } from "./schema.ts";

/** Calls of one kind that a route may make. */
export type CallBudget = { route: string; product: Product; operation: (typeof ASKED_OPERATIONS)[number] };

/** Sets how many calls a second a budget allows. What is under way above a lower limit ends by itself. */
export async function setCallLimit(
  db: Db,
  { route, product, operation }: CallBudget,
  perSecond: number,
): Promise<void> {
  await db.sql`
    with gone as (
      delete from call_slots
      where route = ${route} and product = ${product} and operation = ${operation} and slot >= ${perSecond}
    )
    insert into call_slots (route, product, operation, slot, free_at)
    select ${route}, ${product}, ${operation}, slot, clock_timestamp()
    from generate_series(0, ${perSecond}::int - 1) as slot
    on conflict do nothing`;
}

/** A call of a budget that is ours until its lease ends. */
export type TakenCall = {
  slot: number;
  /** The lease's end, to the microsecond: who gives the call back after that gives back nothing. */
  leasedUntil: string;
  /** It may be made so many milliseconds after this was told. */
  inMs: number;
};

/** Takes up to `most` calls of a budget until they are given back, or `leaseMs` have passed. */
export async function takeCallSlots(
  db: Db,
  { route, product, operation }: CallBudget,
  most: number,
  leaseMs: number,
): Promise<{ slots: TakenCall[]; freeInMs: number }> {
  const [taken] = await db.sql<[{ slots: TakenCall[]; freeInMs: number }]>`
    with free as (
      select slot from call_slots
      where route = ${route} and product = ${product} and operation = ${operation} and free_at <= clock_timestamp()
      order by free_at limit ${most} for update skip locked
    ), held as (
      update call_slots s set free_at = clock_timestamp() + ${leaseMs}::int * interval '1 millisecond'
      from free
      where s.route = ${route} and s.product = ${product} and s.operation = ${operation} and s.slot = free.slot
      returning s.slot, s.free_at
    )
    select
      (select coalesce(json_agg(json_build_object('slot', slot, 'leasedUntil', free_at::text, 'inMs', 0)), '[]')
        from held) as slots,
      (select greatest(0, coalesce(extract(epoch from min(free_at) - clock_timestamp()) * 1000, 1000))::float8
        from call_slots
        where route = ${route} and product = ${product} and operation = ${operation}
          and slot not in (select slot from held)) as "freeInMs"`;
  return taken;
}

/**
 * Calls that may be made at this very moment, up to `most`: none unless the breaker is closed. Null is one that nobody
 * counts.
 */
export async function takeCallsAtOnce(
  db: Db,
  budget: CallBudget,
  { most, limited, leaseMs }: { most: number; limited: boolean; leaseMs: number },
): Promise<(TakenCall | null)[]> {
  const { route, product, operation } = budget;
  const held = await db.sql`
    select from breakers where route = ${route} and product = ${product} and operation = ${operation} and state <> 'closed'`;
  if (held.length > 0) return [];
  return limited ? (await takeCallSlots(db, budget, most, leaseMs)).slots : Array<null>(most).fill(null);
}

/** A call that was made, and how long ago its answer came, in milliseconds; default: just now. */
export type AnsweredCall = Pick<TakenCall, "slot" | "leasedUntil"> & { answeredMsAgo?: number };

/**
 * Gives calls back, each free again a second after its answer: whatever second at the provider a call fell into, it lies
 * before its answer, so that second is over before another one begins.
 */
export async function giveBackCallSlots(
  db: Db,
  { route, product, operation }: CallBudget,
  answered: readonly AnsweredCall[],
): Promise<void> {
  // By age, since two clocks may differ: what has passed here until now has passed there when this is carried out.
  await db.sql`
    update call_slots s
    set free_at = clock_timestamp() + interval '1 second' - least(1000, coalesce(a."answeredMsAgo", 0)) * interval '1 millisecond'
    from json_to_recordset(${JSON.stringify(answered)}::text::json)
      as a("slot" int, "leasedUntil" timestamptz, "answeredMsAgo" float8)
    where s.route = ${route} and s.product = ${product} and s.operation = ${operation} and s.slot = a.slot
      and s.free_at = a."leasedUntil"`;
}

/**
 * Lets `next` decide what becomes of a breaker, one process at a time, and writes it. Returns both, or null where nothing
 * has changed.
 */
export async function moveBreaker(
  db: Db,
  { route, product, operation }: CallBudget,
  initial: Breaker,
  next: (held: Breaker) => Breaker,
  at: Date,
): Promise<{ before: Breaker; after: Breaker } | null> {
  return db.sql.begin(async (sql) => {
    await sql`
      insert into breakers (route, product, operation, state, troubles, blocked_until, code, changed_at)
      values (${route}, ${product}, ${operation}, ${initial.state}, ${initial.troubles},
        ${initial.blockedUntil.toISOString()}::timestamptz, ${initial.code}, ${at.toISOString()}::timestamptz)
      on conflict do nothing`;
    const [held] = await sql<
      [{ state: Breaker["state"]; troubles: number; blockedUntil: string; code: string | null }]
    >`
      select state, troubles, blocked_until::text as "blockedUntil", code from breakers
      where route = ${route} and product = ${product} and operation = ${operation} for update`;
    const before: Breaker = { ...held, blockedUntil: new Date(held.blockedUntil) };
    const after = next(before);
    if (after === before) return null;
    await sql`
      update breakers set state = ${after.state}, troubles = ${after.troubles},
        blocked_until = ${after.blockedUntil.toISOString()}::timestamptz, code = ${after.code},
        changed_at = case when state = ${after.state} then changed_at else ${at.toISOString()}::timestamptz end
      where route = ${route} and product = ${product} and operation = ${operation}`;
    return { before, after };
  });
}
