import { desc } from "drizzle-orm";
import type { Db } from "./database.ts";
import { isBehind, type Page } from "./newest-first.ts";
import { retentionRuns } from "./schema.ts";

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

/** What one run of the retention job did about one class of data. */
export type RetentionRun = typeof retentionRuns.$inferSelect;

/** Puts a run on record if it deleted something, or was the first of its class for nearly a day: the job shows that it lives. */
export async function recordRetentionRun(db: Db, id: string, run: Omit<RetentionRun, "id">): Promise<void> {
  const { class: of, keptDays, before, deleted, startedAt, endedAt } = run;
  await db.sql`
    insert into retention_runs (id, class, kept_days, before, deleted, started_at, ended_at)
    select ${id}::uuid, ${of}, ${keptDays}::int, ${before.toISOString()}::timestamptz, ${deleted}::bigint,
      ${startedAt.toISOString()}::timestamptz, ${endedAt.toISOString()}::timestamptz
    where ${deleted > 0}::boolean or not exists (
      select from retention_runs
      where class = ${of} and ended_at > ${endedAt.toISOString()}::timestamptz - interval '23 hours')`;
}

/** The runs on record, newest first. */
export const listRetentionRuns = (db: Db, { limit, after }: Page): Promise<RetentionRun[]> =>
  db.orm
    .select()
    .from(retentionRuns)
    .where(after && isBehind({ openedAt: retentionRuns.endedAt, id: retentionRuns.id }, after))
    .orderBy(desc(retentionRuns.endedAt), desc(retentionRuns.id))
    .limit(limit);
