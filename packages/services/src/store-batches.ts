import {
  type ClaimBatch,
  type Db,
  insertReceiptsOf,
  isTransient,
  listReceiptBatches,
  pingDatabase,
  type Receipt,
} from "@verdict/db";

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
  if (batchIds.length === 0) return { ids: [], newIds: [] };
  const batches: ClaimBatch[] = [];
  for (const { id, packed } of await listReceiptBatches(deps.db, batchIds)) {
    try {
      batches.push({ ...deps.unpack(packed), batchId: id });
    } catch (error) {
      await deps.onDamaged(id, error);
    }
  }
  const stored: StoredReceipts[] = [];
  for (const together of withoutRepeats(batches)) stored.push(...(await storeOrSplit(deps, together)));
  return { ids: stored.flatMap(({ ids }) => ids), newIds: stored.flatMap(({ newIds }) => newIds) };
}

/** Makes receipts of callbacks that came by the queue while Postgres was away. Repeating it changes nothing. */
export const storeQueuedClaims = (deps: Pick<StoreDeps, "db" | "now">, batch: ClaimBatch): Promise<StoredReceipts> =>
  store(deps, [batch], "queue");

/** Runs of batches in the order given, none of which has a callback twice: that is a copy of the other. */
function withoutRepeats(batches: readonly ClaimBatch[]): ClaimBatch[][] {
  const runs: ClaimBatch[][] = [];
  let seen = new Set<string>();
  for (const batch of batches) {
    if (runs.length === 0 || batch.claims.some(({ id }) => seen.has(id))) {
      runs.push([]);
      seen = new Set();
    }
    runs.at(-1)?.push(batch);
    for (const { id } of batch.claims) seen.add(id);
  }
  return runs;
}

/** A batch that breaks what it is stored with is stored alone, so it holds nobody up. */
async function storeOrSplit(deps: StoreDeps, batches: readonly ClaimBatch[]): Promise<StoredReceipts[]> {
  try {
    return [await store(deps, batches, "postgres")];
  } catch (error) {
    // While Postgres is away no batch is at fault, nor when it only had a bad moment: the sweep brings the batch again.
    await pingDatabase(deps.db);
    const [first] = batches;
    if (batches.length === 1 && first) {
      if (!isTransient(error)) await deps.onDamaged(first.batchId, error);
      return [];
    }
    const stored: StoredReceipts[] = [];
    for (const batch of batches) stored.push(...(await storeOrSplit(deps, [batch])));
    return stored;
  }
}

async function store(
  { db, now }: Pick<StoreDeps, "db" | "now">,
  batches: readonly ClaimBatch[],
  sink: Receipt["sink"],
): Promise<StoredReceipts> {
  const sweepAt = new Date(now().getTime() + SWEEP_AFTER_MS);
  const { storedIds } = await insertReceiptsOf(db, batches, sink, sweepAt);
  return { ids: batches.flatMap(({ claims }) => claims.map(({ id }) => id)), newIds: storedIds };
}
