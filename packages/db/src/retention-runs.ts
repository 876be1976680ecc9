import { desc } from "drizzle-orm";
import type { Db } from "./database.ts";
import { isBehind, type Page } from "./newest-first.ts";
import { retentionRuns, retentionState } from "./schema.ts";

/** What one run of the retention job did about one class of data. */
export type RetentionRun = typeof retentionRuns.$inferSelect;

/**
 * Puts a run on record: when it was, always; what it did, if it deleted something or was the first of its class for nearly a day.
 */
export async function recordRetentionRun(db: Db, id: string, run: Omit<RetentionRun, "id">): Promise<void> {
  const { class: of, keptDays, before, deleted, startedAt, endedAt } = run;
  const ended = endedAt.toISOString();
  await db.sql`
    with state as (
      insert into retention_state as held (class, last_run_at, last_deleted, deleted_total)
      values (${of}, ${ended}::timestamptz, ${deleted}::bigint, ${deleted}::bigint)
      on conflict (class) do update set last_run_at = greatest(held.last_run_at, excluded.last_run_at),
        last_deleted = excluded.last_deleted, deleted_total = held.deleted_total + excluded.last_deleted, failing_since = null
    )
    insert into retention_runs (id, class, kept_days, before, deleted, started_at, ended_at)
    select ${id}::uuid, ${of}, ${keptDays}::int, ${before.toISOString()}::timestamptz, ${deleted}::bigint,
      ${startedAt.toISOString()}::timestamptz, ${ended}::timestamptz
    where ${deleted > 0}::boolean or not exists (
      select from retention_runs
      where class = ${of} and ended_at > ${ended}::timestamptz - interval '23 hours')`;
}

/** Says that what is too old of a class could not be deleted. */
export async function recordRetentionFailure({ sql }: Db, of: string, at: Date): Promise<void> {
  await sql`
    insert into retention_state as held (class, failing_since) values (${of}, ${at.toISOString()}::timestamptz)
    on conflict (class) do update set failing_since = coalesce(held.failing_since, excluded.failing_since)`;
}

/** The runs on record, newest first. */
export const listRetentionRuns = (db: Db, { limit, after }: Page): Promise<RetentionRun[]> =>
  db.orm
    .select()
    .from(retentionRuns)
    .where(after && isBehind({ openedAt: retentionRuns.endedAt, id: retentionRuns.id }, after))
    .orderBy(desc(retentionRuns.endedAt), desc(retentionRuns.id))
    .limit(limit);

/** When the job was last at a class, what it deleted then and ever, and since when that fails. */
export type RetentionState = typeof retentionState.$inferSelect;

/** Of each class that the job has been at. */
export const readRetentionState = (db: Db): Promise<RetentionState[]> =>
  db.orm.select().from(retentionState).orderBy(retentionState.class);
