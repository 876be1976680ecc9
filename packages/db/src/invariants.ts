import type { Db } from "./database.ts";
import { type Found, findBroken } from "./find-broken.ts";
import { firstIdAt } from "./first-id-at.ts";

/** Where to look: at sessions begun since then, or at all; and how many examples to name. */
export type Searched = { since: Date | null; limit: number };

/**
 * Verifications still open at `settledBy`, in two parts: those that somebody should have settled, and those that the provider
 * holds back, because its calls are blocked or because it was asked after the deadline and will be again. Whoever has not been
 * at it since `activeSince` holds nothing back. All open ones are looked at, whenever they began.
 */
export async function findOverdue(
  db: Db,
  { grace, settledBy, activeSince, limit }: { grace: number; settledBy: Date; activeSince: Date; limit: number },
): Promise<Found & { heldBack: number }> {
  const active = activeSince.toISOString();
  const [overdue] = await db.sql<[Found & { heldBack: number }]>`
    with late as materialized (
      select v.id,
        exists (
          select from breakers b
          where b.route = v.route and b.product = v.product and b.operation = 'CheckResult' and b.state <> 'closed'
            and b.blocked_until >= ${active}::timestamptz)
        or coalesce(v.checked_at >= v.expires_at + ${grace}::int * interval '1 second'
          and v.next_check_at >= ${active}::timestamptz, false) as held_back
      from verifications v
      where v.status in ('initializing', 'awaiting', 'claimed')
        and v.expires_at < ${settledBy.toISOString()}::timestamptz - ${grace}::int * interval '1 second'
    )
    select count(*) filter (where not held_back)::int as count, count(*) filter (where held_back)::int as "heldBack",
      (select coalesce(json_agg(id), '[]') from (
        select id from late where not held_back order by id limit ${limit}) as named) as examples
    from late`;
  return overdue;
}

/** Ended verifications whose move to that end is not on record, or does not rest on what such an end has to rest on. */
export const findUnproven = (db: Db, { since, limit }: Searched): Promise<Found> =>
  findBroken(
    db,
    limit,
    db.sql`
      select v.id from verifications v
      where v.id >= ${firstIdAt(since)}::uuid and v.status not in ('initializing', 'awaiting', 'claimed')
        and not exists (
          select from transitions t left join checks c on c.id = t.check_id and c.verification_id = t.verification_id
          where t.verification_id = v.id and t.to_status = v.status and case v.status
            when 'expired' then v.outcome_source = 'schedule' or v.outcome_source = 'verify_log' and c.kind = 'log'
            when 'init_failed' then t.cause in ('initialize_refused', 'initialize_unanswered')
            when 'unresolvable' then t.cause in ('retention_lapsed', 'face_check_lost')
            when 'voided' then t.cause = 'person'
            else c.kind = 'verdict' and c.passed = v.passed and c.sub_code is not distinct from v.sub_code
          end)`,
  );

/** Verifications whose moves do not lead, each from where the one before ended, from the beginning to where they stand. */
export const findBrokenWays = (db: Db, { since, limit }: Searched): Promise<Found> =>
  findBroken(
    db,
    limit,
    db.sql`
      with moves as (
        select t.verification_id, t.version, t.to_status,
          t.from_status = lag(t.to_status, 1, 'initializing') over way and l.to_status is not null as follows,
          lead(t.version) over way is null as last
        from transitions t left join legal_moves l on l.from_status = t.from_status and l.to_status = t.to_status
        where t.verification_id >= ${firstIdAt(since)}::uuid
        window way as (partition by t.verification_id order by t.version)
      ), ways as (
        select verification_id, bool_and(follows) as unbroken, max(version) as version,
          max(to_status) filter (where last) as leads_to
        from moves group by verification_id
      )
      select v.id from verifications v left join ways w on w.verification_id = v.id
      where v.id >= ${firstIdAt(since)}::uuid
        and not coalesce(w.unbroken and w.leads_to = v.status and w.version <= v.version, v.status = 'initializing')`,
  );
