import { pingDatabase } from "@verdict/db";
import { type JobOutcome, unpackClaims } from "@verdict/queue";
import {
  type ReconcileDeps,
  reconcileReceipts,
  type StoreDeps,
  storeBatches,
  storeQueuedClaims,
} from "@verdict/services";

type ReconcilePayload = {
  receiptIds?: string[] | undefined;
  batchIds?: string[] | undefined;
  claims?: string | undefined;
};

const NONE = { ids: [], newIds: [] };

/** Whatever callbacks the job stands for become receipts, then all of its receipts are decided. */
export async function handleReconcile(
  deps: ReconcileDeps & Pick<StoreDeps, "onDamaged">,
  { receiptIds = [], batchIds = [], claims }: ReconcilePayload,
): Promise<JobOutcome> {
  return unlessPostgresIsAway(deps, async () => {
    const queued = claims ? await storeQueuedClaims(deps, unpackClaims(claims)) : NONE;
    const committed = await storeBatches({ ...deps, unpack: unpackClaims }, batchIds);
    const newIds = new Set([...queued.newIds, ...committed.newIds]);
    await reconcileReceipts(deps, [...queued.ids, ...committed.ids, ...receiptIds], newIds);
  });
}

/** While Postgres is away jobs wait without using up their attempts; any other error costs one. */
async function unlessPostgresIsAway(deps: Pick<ReconcileDeps, "db">, work: () => Promise<void>): Promise<JobOutcome> {
  try {
    await work();
    return { kind: "done" };
  } catch (error) {
    const away = await pingDatabase(deps.db).then(
      () => false,
      () => true,
    );
    if (away) return { kind: "retry_in", ms: 1_000 };
    throw error;
  }
}
