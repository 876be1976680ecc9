import { type Db, insertReceipts, isTransient, listReceiptBatches, type NewReceipt, pingDatabase } from "@verdict/db";

/** What one group commit of a receiver took. */
export type ClaimBatch = { batchId: string; claims: readonly NewReceipt[] };

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
 * Makes receipts of the callbacks that receivers committed to Postgres as batches. Returns their ids. A batch leaves in the
 * transaction that stores its receipts, so running this twice changes nothing. Rejects only when Postgres does not answer.
 */
export async function storeBatches(deps: StoreDeps, batchIds: readonly string[]): Promise<string[]> {
  const stored: string[] = [];
  if (batchIds.length === 0) return stored;
  for (const { id, packed } of await listReceiptBatches(deps.db, batchIds)) {
    try {
      stored.push(...(await store(deps, { ...deps.unpack(packed), batchId: id }, "postgres")));
    } catch (error) {
      // While Postgres is away no batch is at fault, nor when it only had a bad moment: the sweep brings the batch again.
      await pingDatabase(deps.db);
      if (!isTransient(error)) await deps.onDamaged(id, error);
    }
  }
  return stored;
}

/** Makes receipts of callbacks that came by the queue while Postgres was away. Repeating it changes nothing. */
export const storeQueuedClaims = (deps: Pick<StoreDeps, "db" | "now">, batch: ClaimBatch): Promise<string[]> =>
  store(deps, batch, "queue");

async function store(
  { db, now }: Pick<StoreDeps, "db" | "now">,
  { batchId, claims }: ClaimBatch,
  sink: "postgres" | "queue",
): Promise<string[]> {
  const sweepAt = new Date(now().getTime() + SWEEP_AFTER_MS);
  await insertReceipts(db, claims, sink, sweepAt, batchId);
  return claims.map((claim) => claim.id);
}
