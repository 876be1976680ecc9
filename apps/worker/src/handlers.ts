import { type NewReceipt, pingDatabase } from "@verdict/db";
import type { JobOutcome, ReceiptClaim } from "@verdict/queue";
import type { Logger } from "@verdict/runtime";
import {
  type CheckDeps,
  checkVerification,
  type ReconcileDeps,
  reconcileReceipts,
  storeQueuedClaims,
} from "@verdict/services";

type ReconcilePayload = { receiptIds?: string[] | undefined; claims?: ReceiptClaim[] | undefined };

/** Claims that came by the queue become receipts, then all of the job's receipts are decided. */
export async function handleReconcile(deps: ReconcileDeps, payload: ReconcilePayload): Promise<JobOutcome> {
  return unlessPostgresIsAway(deps, async () => {
    const stored = payload.claims?.length ? await storeQueuedClaims(deps, payload.claims.map(toReceipt)) : [];
    await reconcileReceipts(deps, [...stored, ...(payload.receiptIds ?? [])]);
  });
}

/** Due work lives in Postgres: a job that finds nothing due, or somebody else at it, is done. */
export async function handleCheck(
  deps: CheckDeps,
  { verificationId }: { verificationId: string },
  log: Pick<Logger, "warn">,
): Promise<JobOutcome> {
  return unlessPostgresIsAway(deps, async () => {
    const ending = await checkVerification(deps, verificationId);
    if (ending === "unknown_route")
      log.warn({ verificationId }, "its route is not configured here, so nobody was asked");
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

const toReceipt = (claim: ReceiptClaim): NewReceipt => ({
  ...claim,
  extra: claim.extra ?? null,
  receivedAt: new Date(claim.receivedAt),
});
