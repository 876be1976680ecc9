import { and, eq, isNull } from "drizzle-orm";
import type { Db } from "./database.ts";
import { recordHumanAction } from "./human-actions.ts";
import { inTransaction } from "./in-transaction.ts";
import { givenUpWork } from "./schema.ts";

/** Who puts work back, and why. */
export type RedriveAction = {
  by: string;
  at: Date;
  reason: string;
  /** What it was done to, as people see it. */
  subject: string;
  /** How much there was to put back, jobs included. */
  matched: number;
};

/**
 * Puts receipts and batches back where the sweep finds them, due at once, and says in the same transaction who did it and
 * why. Whatever somebody else has put back meanwhile is left out: two redrives never take the same. Returns the ids it took.
 */
export function redriveStored(db: Db, ids: readonly string[], action: RedriveAction): Promise<string[]> {
  const { by: actor, at, reason, subject, matched } = action;
  const now = at.toISOString();
  return inTransaction(db, async (tx) => {
    const told = { at, actor, action: "work.redrive", subject, reason, after: { matched } };
    await recordHumanAction(tx.orm, { ...told, route: null, verificationId: null, before: null });
    const taken = await tx.sql<{ id: string }[]>`
      with taken as (
        update given_up_work set redriven_at = ${now}::timestamptz, redriven_by = ${actor}
        where id = any(${[...ids]}::text[]::uuid[]) and kind in ('receipt', 'batch') and redriven_at is null
        returning id, kind, reference::uuid as reference
      ), receipts_due as (
        update receipt_inbox i set due_at = ${now}::timestamptz
        from taken t where t.kind = 'receipt' and i.receipt_id = t.reference
      ), batches_due as (
        update receipt_batches b set due_at = ${now}::timestamptz
        from taken t where t.kind = 'batch' and b.id = t.reference
      )
      select id from taken`;
    return taken.map(({ id }) => id);
  });
}

/** Says of a job that it is on its queue again. False: somebody else has put it back as well. */
export async function markJobRedriven(db: Db, id: string, by: string, at: Date): Promise<boolean> {
  const marked = await db.orm
    .update(givenUpWork)
    .set({ redrivenAt: at, redrivenBy: by })
    .where(and(eq(givenUpWork.id, id), eq(givenUpWork.kind, "job"), isNull(givenUpWork.redrivenAt)))
    .returning({ id: givenUpWork.id });
  return marked.length === 1;
}
