import { pingDatabase } from "@verdict/db";
import { type JobOutcome, unpackClaims } from "@verdict/queue";
import {
  type ReconcileDeps,
  reconcileReceipts,
  type StoreDeps,
  storeBatches,
  storeQueuedClaims,
} from "@verdict/services";
import type { TracedReconcile } from "./session-traces.ts";

export type HandleDeps = ReconcileDeps &
  Pick<StoreDeps, "onDamaged"> & {
    /** Hears how many callbacks became receipts, copies included. */
    onStored?: (sink: "postgres" | "queue", count: number) => void;
    /** Goes on with the traces of the callbacks. Absent: nothing is traced. */
    trace?: () => TracedReconcile;
  };

type ReconcilePayload = {
  receiptIds?: string[] | undefined;
  batchIds?: string[] | undefined;
  claims?: string | undefined;
};

const NONE = { ids: [], newIds: [] };

/** Whatever callbacks the job stands for become receipts, then all of its receipts are decided. */
export async function handleReconcile(
  deps: HandleDeps,
  { receiptIds = [], batchIds = [], claims }: ReconcilePayload,
): Promise<JobOutcome> {
  return unlessPostgresIsAway(deps, async () => {
    const traced = deps.trace?.();
    const unpack = (packed: string) => {
      const batch = unpackClaims(packed);
      traced?.carried(batch);
      return batch;
    };
    const queued = claims ? await storeQueuedClaims(deps, unpack(claims)) : NONE;
    if (queued.ids.length > 0) deps.onStored?.("queue", queued.ids.length);
    const committed = await storeBatches({ ...deps, unpack }, batchIds);
    if (committed.ids.length > 0) deps.onStored?.("postgres", committed.ids.length);
    await traced?.begun(receiptIds);
    const newIds = new Set([...queued.newIds, ...committed.newIds]);
    await reconcileReceipts(deps, [...queued.ids, ...committed.ids, ...receiptIds], newIds).then(
      () => traced?.ended(false),
      (error) => {
        traced?.ended(true);
        throw error;
      },
    );
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
