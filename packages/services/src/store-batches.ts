import { type Db, insertReceipts, isTransient, listReceiptBatches, type NewReceipt, pingDatabase } from "@verdict/db";

/** What one group commit of a receiver took. */
export type ClaimBatch = { batchId: string; claims: readonly NewReceipt[] };

/** Ids of receipts: all that a batch stands for, and those that it brought. */
export type StoredReceipts = { ids: string[]; newIds: string[] };

export type StoreDeps = {
  db: Db;
  now: () => Date;
  /** Reads a batch as a receiver packed it. Throws on one that is damaged. */
  unpack: (packed: string) => ClaimBatch;
  /** Hears of a batch that could not be made into receipts; its row stays. Nothing goes on before it is through. */
  onDamaged: (batchId: string, error: unknown) => void | Promise<void>;
};

/** A receipt is decided right after it is stored; should that fail, the sweep looks after it so much later. */
const SWEEP_AFTER_MS = 5_000;

/**
 * Makes receipts of the callbacks that receivers committed to Postgres as batches. A batch leaves in the
 * transaction that stores its receipts, so running this twice changes nothing. Rejects only when Postgres does not answer.
 */
export async function storeBatches(deps: StoreDeps, batchIds: readonly string[]): Promise<StoredReceipts> {
  const stored: StoredReceipts = { ids: [], newIds: [] };
  if (batchIds.length === 0) return stored;
  for (const { id, packed } of await listReceiptBatches(deps.db, batchIds)) {
    try {
      const { ids, newIds } = await store(deps, { ...deps.unpack(packed), batchId: id }, "postgres");
      stored.ids.push(...ids);
      stored.newIds.push(...newIds);
    } catch (error) {
      // While Postgres is away no batch is at fault, nor when it only had a bad moment: the sweep brings the batch again.
      await pingDatabase(deps.db);
      if (!isTransient(error)) await deps.onDamaged(id, error);
    }
  }
  return stored;
}

/** Makes receipts of callbacks that came by the queue while Postgres was away. Repeating it changes nothing. */
export const storeQueuedClaims = (deps: Pick<StoreDeps, "db" | "now">, batch: ClaimBatch): Promise<StoredReceipts> =>
  store(deps, batch, "queue");

async function store(
  { db, now }: Pick<StoreDeps, "db" | "now">,
  { batchId, claims }: ClaimBatch,
  sink: "postgres" | "queue",
): Promise<StoredReceipts> {
  const sweepAt = new Date(now().getTime() + SWEEP_AFTER_MS);
  const { storedIds } = await insertReceipts(db, claims, sink, sweepAt, batchId);
  return { ids: claims.map((claim) => claim.id), newIds: storedIds };
}
