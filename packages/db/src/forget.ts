import type { Db } from "./database.ts";

/** Deletes up to `limit` rows that are older than `before`. Returns how many. Any number of workers may at once. */
export type Forget = (db: Db, before: Date, limit: number) => Promise<number>;

const OPEN = ["initializing", "awaiting", "claimed"];

/** Encrypted details, those of open verifications excepted. */
export const forgetDetails: Forget = async (db, before, limit) => {
  const gone = await db.sql`
    delete from personal_details where ctid in (
      select d.ctid from personal_details d join verifications v on v.id = d.verification_id
      where d.stored_at < ${before.toISOString()}::timestamptz and v.status <> all(${OPEN}::text[])
      order by d.stored_at limit ${limit} for update of d skip locked)`;
  return gone.count;
};

/** Callbacks that made no sense, by when the last one of a kind came. */
export const forgetMalformed: Forget = async (db, before, limit) => {
  const gone = await db.sql`
    delete from malformed_callbacks where ctid in (
      select ctid from malformed_callbacks where last_at < ${before.toISOString()}::timestamptz
      limit ${limit} for update skip locked)`;
  return gone.count;
};

/** Hashes of other systems' tokens, by when they expired; those of open verifications stay. */
export const forgetOpaqueTokens: Forget = async (db, before, limit) => {
  const gone = await db.sql`
    delete from opaque_tokens where ctid in (
      select t.ctid from opaque_tokens t join verifications v on v.id = t.verification_id
      where t.expires_at < ${before.toISOString()}::timestamptz and v.status <> all(${OPEN}::text[])
      limit ${limit} for update of t skip locked)`;
  return gone.count;
};

/** Given-up work, by when it was put back. What nobody has put back stays. */
export const forgetRedriven: Forget = async (db, before, limit) => {
  const gone = await db.sql`
    delete from given_up_work where ctid in (
      select ctid from given_up_work where redriven_at < ${before.toISOString()}::timestamptz
      limit ${limit} for update skip locked)`;
  return gone.count;
};

/**
 * Of alerts: what was told of those that are over, groups that are left without any, alerts about what went on (those on a session or a
 * discrepancy go with the evidence), and silences that have ended. What is still to be told stays, and its group.
 */
export const forgetAlerts: Forget = async (db, before, limit) => {
  const at = before.toISOString();
  const [gone] = await db.sql<[{ count: number }]>`
    with told as (
      delete from notifications where ctid in (
        select n.ctid from alert_groups g join notifications n on n.group_id = g.id
        where g.closed_at < ${at}::timestamptz and n.state <> 'pending'
        limit ${limit} for update of n skip locked)
      returning 1
    ), over as (
      delete from alerts where ctid in (
        select ctid from alerts
        where status = 'resolved' and verification_id is null and discrepancy_id is null and resolved_at < ${at}::timestamptz
        limit ${limit} for update skip locked)
      returning 1
    ), ended as (
      delete from silences where ctid in (
        select ctid from silences where expires_at < ${at}::timestamptz limit ${limit} for update skip locked)
      returning 1
    ), left_over as (
      -- Of what this statement began with: a group goes in the round after the last of it.
      delete from alert_groups where ctid in (
        select g.ctid from alert_groups g
        where g.closed_at < ${at}::timestamptz and not exists (select from alerts a where a.group_id = g.id)
          and not exists (select from notifications n where n.group_id = g.id)
        limit ${limit} for update skip locked)
      returning 1
    )
    select (select count(*) from told)::int + (select count(*) from over)::int + (select count(*) from ended)::int
      + (select count(*) from left_over)::int as count`;
  return gone.count;
};
