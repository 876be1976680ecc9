import {
  type Db,
  isTransient,
  loadUndecided,
  pingDatabase,
  type RaisedAlert,
  type Settled,
  type Settlement,
  settle,
} from "@verdict/db";
import type { Alerting } from "./alerts-on-row.ts";
import { decideReceipts } from "./decide-receipts.ts";
import { quarantineReceipts } from "./quarantine-receipts.ts";

export type ReconcileDeps = {
  db: Db;
  now: () => Date;
  newId: () => string;
  /** Hint that verifications of these routes have become due. May fail: they are found a little later. */
  ring: (routes: readonly string[]) => Promise<void>;
  /** Hears of a receipt that could not be decided by itself; it stays in the inbox. Nothing goes on before it is through. */
  onPoison: (receiptId: string, error: unknown) => void | Promise<void>;
  /** Hears of each alert once, when it is on record. */
  onAlert: (alert: RaisedAlert) => void;
  /** Absent: rules as they ship, no route for tests. */
  alerting?: Alerting;
};

/** After so many lost races the rest is left to the sweep. */
const ROUNDS = 5;

/** Largest number of receipts decided in one statement. */
export const RECONCILE_BATCH = 200;

/**
 * Decides receipts: claimed, ignored, or a discrepancy. A batch costs a fixed number of statements, whatever its size.
 * A receipt that breaks its batch is decided alone, so it holds nobody up. Deciding one twice changes nothing. Rejects only
 * when Postgres does not answer.
 */
export async function reconcileReceipts(deps: ReconcileDeps, receiptIds: readonly string[]): Promise<void> {
  for (let start = 0; start < receiptIds.length; start += RECONCILE_BATCH) {
    await reconcileOrSplit(deps, receiptIds.slice(start, start + RECONCILE_BATCH));
  }
}

async function reconcileOrSplit(deps: ReconcileDeps, receiptIds: readonly string[]): Promise<void> {
  try {
    await reconcileBatch(deps, receiptIds);
  } catch (error) {
    // While Postgres is away no receipt is at fault.
    await pingDatabase(deps.db);
    const [first] = receiptIds;
    if (receiptIds.length === 1 && first) {
      // A deadlock, or no room on the disk, is not the receipt's fault either: the sweep brings it again.
      if (!isTransient(error)) await deps.onPoison(first, error);
      return;
    }
    for (const receiptId of receiptIds) await reconcileOrSplit(deps, [receiptId]);
  }
}

async function reconcileBatch(deps: ReconcileDeps, receiptIds: readonly string[]): Promise<void> {
  const rung = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const undecided = await loadUndecided(deps.db, receiptIds);
    if (undecided.length === 0) break;
    const now = deps.now();
    const matched = undecided.filter(({ verification }) => verification);
    const settlement = decideReceipts(matched, {
      now,
      actor: "worker",
      newId: deps.newId,
      alerting: deps.alerting,
    });
    const { lostIds, raised } = matched.length > 0 ? await settle(deps.db, settlement, now) : NOTHING;
    for (const alert of raised) deps.onAlert(alert);
    const due = new Set(settlement.changes.filter(isDue(now)).map(({ id }) => id));
    for (const { verification } of matched) if (verification && due.has(verification.id)) rung.add(verification.route);
    const unmatched = undecided.filter(({ verification }) => !verification);
    const quarantined = await quarantineReceipts(deps, unmatched, now);
    for (const alert of quarantined.raised) deps.onAlert(alert);
    if (lostIds.length === 0 && quarantined.matchedIds.length === 0) break;
  }
  if (rung.size > 0) await deps.ring([...rung]).catch(() => {});
}

const NOTHING: Settled = { lostIds: [], raised: [] };

const isDue =
  (now: Date) =>
  ({ state }: Settlement["changes"][number]): boolean =>
    state.nextCheckAt !== null && state.nextCheckAt <= now;
