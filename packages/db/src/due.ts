import type { Db } from "./database.ts";

/** Takes verifications whose time to ask has come, so that no other sweep takes them until `until`. Oldest first. */
export async function leaseDueChecks(db: Db, now: Date, until: Date, limit: number): Promise<string[]> {
  const leased = await db.sql<{ id: string }[]>`
    update verifications set queued_until = ${until.toISOString()}::timestamptz
    where id in (
      select id from verifications
      where next_check_at <= ${now.toISOString()}::timestamptz
        and (queued_until is null or queued_until < ${now.toISOString()}::timestamptz)
      order by next_check_at limit ${limit} for update skip locked)
    returning id`;
  return leased.map((row) => row.id);
}
