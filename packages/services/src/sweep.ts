import { type Db, leaseDueBatches, leaseDueReceipts } from "@verdict/db";

export type SweepDeps = {
  db: Db;
  now: () => Date;
  /** Put work on the queue; reject when it does not take it. */
  enqueueReceipts: (receiptIds: readonly string[]) => Promise<void>;
  enqueueBatches: (batchIds: readonly string[]) => Promise<void>;
};

/** How long swept work may stay on the queue before it counts as lost and is swept again. */
const LEASE_MS = 15_000;

/** Most items one sweep takes at a time; what is left waits for the next round, which follows at once. */
const BATCH = 500;

/**
 * Searches Postgres for callbacks the queue was never told of, or has lost, and puts them on it. Any number of workers may
 * sweep; none takes what another has. Returns how much it found.
 */
export async function sweep(deps: SweepDeps): Promise<{ receipts: number; batches: number }> {
  const batches = await sweepAll(deps, leaseDueBatches, deps.enqueueBatches);
  const receipts = await sweepAll(deps, leaseDueReceipts, deps.enqueueReceipts);
  return { receipts, batches };
}

async function sweepAll(
  deps: SweepDeps,
  lease: (db: Db, now: Date, until: Date, limit: number) => Promise<string[]>,
  enqueue: (ids: readonly string[]) => Promise<void>,
): Promise<number> {
  let found = 0;
  for (;;) {
    const now = deps.now();
    const ids = await lease(deps.db, now, new Date(now.getTime() + LEASE_MS), BATCH);
    if (ids.length > 0) await enqueue(ids);
    found += ids.length;
    if (ids.length < BATCH) return found;
  }
}
