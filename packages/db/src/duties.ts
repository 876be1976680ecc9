import type { Db } from "./database.ts";
import { readInstant } from "./read-instant.ts";

export type Held = { name: string; holder: string; now: Date; until: Date };

/** Takes or keeps what one process at a time does for all. False: another one holds it. */
export async function holdDuty({ sql }: Db, { name, holder, now, until }: Held): Promise<boolean> {
  const held = await sql`
    insert into duties as d (name, holder, held_until)
    values (${name}, ${holder}::uuid, ${until.toISOString()}::timestamptz)
    on conflict (name) do update set holder = excluded.holder, held_until = excluded.held_until
    where d.holder = excluded.holder or d.held_until <= ${now.toISOString()}::timestamptz
    returning name`;
  return held.length === 1;
}

/** Says that a duty was done. */
export async function doneDuty({ sql }: Db, name: string, at: Date): Promise<void> {
  await sql`update duties set done_at = ${at.toISOString()}::timestamptz where name = ${name}`;
}

/** When a duty was done last; null: never. */
export async function findDutyDone({ sql }: Db, name: string): Promise<Date | null> {
  const [found] = await sql<{ doneAt: string | null }[]>`select done_at as "doneAt" from duties where name = ${name}`;
  return found?.doneAt ? readInstant(found.doneAt) : null;
}
