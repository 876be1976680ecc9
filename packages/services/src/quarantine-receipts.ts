import { inTransaction, loadUndecided, lockTransactions, type RaisedAlert, settle, type Undecided } from "@verdict/db";
import { decideReceipts } from "./decide-receipts.ts";
import type { ReconcileDeps } from "./reconcile-receipts.ts";

export type Quarantined = {
  raised: RaisedAlert[];
  /** Their sessions were registered meanwhile: to be decided again. */
  matchedIds: string[];
};

/**
 * Sets receipts aside that match nothing: they stay as evidence, with a discrepancy each, until a session with their
 * transaction is registered. One that is being registered right now is waited for. A fixed number of statements.
 */
export async function quarantineReceipts(
  { db, newId }: Pick<ReconcileDeps, "db" | "newId">,
  unmatched: readonly Undecided[],
  now: Date,
): Promise<Quarantined> {
  if (unmatched.length === 0) return { raised: [], matchedIds: [] };
  const receipts = unmatched.map(({ receipt }) => receipt);
  const ids = receipts.map(({ id }) => id);
  return inTransaction(db, async (tx) => {
    await lockTransactions(tx, receipts);
    const undecided = await loadUndecided(tx, ids);
    const matchedIds = undecided.flatMap(({ receipt, verification }) => (verification ? receipt.id : []));
    const lonely = undecided.filter(({ verification }) => !verification);
    const { raised } = await settle(tx, decideReceipts(lonely, { now, actor: "worker", newId }), now);
    return { raised, matchedIds };
  });
}
