import { type Db, forgetRefusals } from "@verdict/db";

const DAY_MS = 86_400_000;

/** Few enough that nobody has to wait for the rows of one statement. */
const BATCH = 1_000;

/** Deletes the counts of refused requests that are older than so many days. Any number of workers may. */
export async function forgetOldRefusals({ db, now }: { db: Db; now: () => Date }, keptDays: number): Promise<void> {
  const before = new Date(now().getTime() - keptDays * DAY_MS);
  while ((await forgetRefusals(db, before, BATCH)) === BATCH);
}
