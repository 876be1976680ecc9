import type { Db } from "@verdict/db";
import type { Lab } from "../../lab.ts";
import type { PreparedSession } from "../../load/messages.ts";
import type { NewDatabase } from "../../machine/stores.ts";
import { emptyTables, insertAwaiting } from "../../sections/awaiting-verifications.ts";
import { countRecords, createTables, insertSessions } from "./task-tables.ts";

/** What a worker is to leave of each callback, and where. */
export type Records = {
  newDatabase(lab: Lab, name: string): Promise<NewDatabase>;
  insertSessions(db: Db, sessions: readonly PreparedSession[]): Promise<void>;
  /** How often each thing is on record that belongs to every callback. */
  count(db: Db): Promise<{ outcome: number } & Record<string, number>>;
  clear(db: Db): Promise<void>;
};

/** What the task asks for and no more, in tables made for it. */
export const TASK: Records = {
  async newDatabase({ stores, stage }, name) {
    const made = await stores.newEmptyDatabase(stage, name);
    await createTables(made.db);
    return made;
  },
  insertSessions,
  count: countRecords,
  clear: async ({ sql }) => void (await sql`truncate sessions, callbacks, audit`),
};

/** The evidence that Verdict leaves, in its tables. */
export const EVIDENCE: Records = {
  newDatabase: ({ stores, stage }, name) => stores.newDatabase(stage, name),
  insertSessions: insertAwaiting,
  count: countEvidence,
  clear: emptyTables,
};

/** Each of them is there once for every callback that has its outcome. */
export async function countEvidence({ sql }: Db): Promise<{ outcome: number } & Record<string, number>> {
  const [counted] = await sql<[{ outcome: number } & Record<string, number>]>`
    select (select count(*)::int from verifications where status in ('passed', 'failed')) as outcome,
      (select count(*)::int from receipts) as receipt, (select count(*)::int from checks) as check,
      (select count(*)::int from transitions where to_status = 'claimed') as claim,
      (select count(*)::int from transitions where to_status in ('passed', 'failed')) as transition,
      (select count(*)::int from events where type = 'verification.claimed') as "event of the claim",
      (select count(*)::int from events where type in ('verification.passed', 'verification.failed')) as event`;
  return counted;
}
