import {
  type Db,
  loadUndecided,
  pingDatabase,
  type RaisedAlert,
  type Settlement,
  settle,
  snapshotOf,
  type Undecided,
  type Verification,
} from "@verdict/db";
import { reconcileCallback, type VerificationSnapshot } from "@verdict/domain";
import { applyDecision, changeBetween, discrepancyOf } from "./apply-decision.ts";

export type ReconcileDeps = {
  db: Db;
  now: () => Date;
  newId: () => string;
  /** Hint that these verifications should be asked about now. May fail: the sweep finds them. */
  enqueueChecks: (verificationIds: readonly string[]) => Promise<void>;
  /** Hears of a receipt that could not be decided; it stays in the inbox. */
  onPoison: (receiptId: string, error: unknown) => void;
  /** Hears of each alert once, when it is on record. */
  onAlert: (alert: RaisedAlert) => void;
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
    if (receiptIds.length === 1 && first) return deps.onPoison(first, error);
    for (const receiptId of receiptIds) await reconcileOrSplit(deps, [receiptId]);
  }
}

async function reconcileBatch(deps: ReconcileDeps, receiptIds: readonly string[]): Promise<void> {
  const toAsk = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const undecided = await loadUndecided(deps.db, receiptIds);
    if (undecided.length === 0) break;
    const now = deps.now();
    const settlement = decide(undecided, now, deps.newId);
    const { lostIds, raised } = await settle(deps.db, settlement, now);
    for (const alert of raised) deps.onAlert(alert);
    for (const change of settlement.changes) {
      const due = change.state.nextCheckAt !== null && change.state.nextCheckAt <= now;
      if (due && !lostIds.includes(change.id)) toAsk.add(change.id);
    }
    if (lostIds.length === 0) break;
  }
  if (toAsk.size > 0) await deps.enqueueChecks([...toAsk]).catch(() => {});
}

/** Folds the receipts into their verifications, in the order they came. */
function decide(undecided: readonly Undecided[], now: Date, newId: () => string): Settlement {
  const loaded = new Map<string, Verification>();
  const current = new Map<string, Verification>();
  const transitions = [];
  const discrepancies = [];
  for (const { receipt, verification, transactionTaken } of undecided) {
    if (verification && !loaded.has(verification.id)) loaded.set(verification.id, verification);
    const held = current.get(receipt.verificationId) ?? verification;
    const claim = { passed: receipt.passed, subCode: receipt.subCode };
    const evidence = {
      kind: "callback",
      transactionId: receipt.transactionId,
      transactionTaken,
      claim,
      at: now,
    } as const;
    const decision = reconcileCallback(held && snapshotOf(held), evidence);
    const grounds = { at: now, actor: "worker", receiptId: receipt.id, checkId: null, newId };
    if (!held) {
      if (decision.kind !== "discrepancy") continue;
      const named = { id: receipt.verificationId, route: receipt.route };
      discrepancies.push(discrepancyOf(named, decision.type, grounds));
      continue;
    }
    const applied = applyDecision(held, decision, grounds);
    const row = takesClaim(snapshotOf(held), receipt) ? withClaim(applied.row, receipt, now) : applied.row;
    current.set(held.id, row);
    if (applied.transition) transitions.push(applied.transition);
    if (applied.discrepancy) discrepancies.push(applied.discrepancy);
  }
  const changes = [...current].flatMap(([id, row]) => {
    const before = loaded.get(id);
    return (before && changeBetween(before, row)) ?? [];
  });
  const receipts = undecided.map(({ receipt }) => ({ receiptId: receipt.id, verificationId: receipt.verificationId }));
  return { changes, transitions, discrepancies, checks: [], receipts };
}

/** The first callback about the right transaction is what the record shows as its claim. */
const takesClaim = (held: VerificationSnapshot, receipt: Undecided["receipt"]): boolean =>
  held.claim === null && (held.transactionId === null || held.transactionId === receipt.transactionId);

/** A new claim makes the question to the provider due at once, as long as the outcome is open to change. */
function withClaim(row: Verification, receipt: Undecided["receipt"], now: Date): Verification {
  const asks = row.status === "claimed" || row.status === "expired";
  return {
    ...row,
    claimPassed: receipt.passed,
    claimSubCode: receipt.subCode,
    claimedAt: receipt.receivedAt,
    ...(asks && { nextCheckAt: now }),
  };
}
