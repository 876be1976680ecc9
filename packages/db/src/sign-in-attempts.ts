import type { Db } from "./database.ts";

/** How often something may be tried within how many seconds. */
export type AttemptRule = { max: number; window: number };

/**
 * Counts an attempt. Holds across processes: whoever comes at the same moment is counted one after the other. Not allowed
 * when there were `max` since the first one of the window; then `retryAfter` says in how many seconds the next window begins.
 */
export async function countAttempt(
  db: Db,
  key: string,
  { max, window }: AttemptRule,
  at: Date,
): Promise<{ allowed: boolean; retryAfter: number | null }> {
  const now = at.toISOString();
  const until = new Date(at.getTime() + window * 1_000).toISOString();
  // What nobody counts any more is swept out along the way, a few rows at a time.
  const [counted] = await db.sql<[{ count: number; left: number }]>`
    with forgotten as (
      delete from sign_in_attempts where key in (
        select key from sign_in_attempts where until < ${now}::timestamptz and key <> ${key}
        order by until limit 10 for update skip locked)
    )
    insert into sign_in_attempts as held (key, count, until) values (${key}, 1, ${until}::timestamptz)
    on conflict (key) do update set
      count = case when held.until <= ${now}::timestamptz then 1 else least(held.count + 1, ${max + 1}::int) end,
      until = case when held.until <= ${now}::timestamptz then excluded.until else held.until end
    returning count, extract(epoch from until - ${now}::timestamptz)::float8 as left`;
  const allowed = counted.count <= max;
  const retryAfter = allowed ? null : Math.max(1, Math.ceil(counted.left));
  return { allowed, retryAfter };
}

/** Forgets what was counted under a key: whoever proved who he is has a clean slate. */
export async function clearAttempts(db: Db, key: string): Promise<void> {
  await db.sql`delete from sign_in_attempts where key = ${key}`;
}
