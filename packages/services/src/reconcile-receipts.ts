import {
  type Db,
  isTransient,
  loadUndecided,
  pingDatabase,
  type RaisedAlert,
  type Settlement,
  settle,
  type Undecided,
  type Verification,
} from "@verdict/db";
import type { Alerting } from "./alerts-on-row.ts";
import { type AskAtOnce, type AskedAtOnce, NOT_ASKED } from "./ask-at-once.ts";
import { type Decided, foldReceipts, settlementOf } from "./decide-receipts.ts";
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
  /** Absent: claims are written by themselves, and asked about when their verifications are taken as due. */
  askAtOnce?: AskAtOnce;
};

/** After so many lost races the rest is left to the sweep. */
const ROUNDS = 5;

/** Largest number of receipts decided in one statement. */
export const RECONCILE_BATCH = 200;

/** Whoever looks for what is due may take a verification that is due within this time. */
const SOON_MS = 5_000;

/**
 * Decides receipts: claimed, ignored, or a discrepancy. A batch costs a fixed number of statements, whatever its size.
 * A receipt that breaks its batch is decided alone, so it holds nobody up. Deciding one twice changes nothing. Rejects only
 * when Postgres does not answer. Receipts in `newIds` are nobody else's to decide for now: what they claim may be asked
 * about at once, and an answer that comes in time is written with the claim.
 */
export async function reconcileReceipts(
  deps: ReconcileDeps,
  receiptIds: readonly string[],
  newIds: ReadonlySet<string> = new Set(),
): Promise<void> {
  for (let start = 0; start < receiptIds.length; start += RECONCILE_BATCH) {
    await reconcileOrSplit(deps, receiptIds.slice(start, start + RECONCILE_BATCH), newIds);
  }
}

async function reconcileOrSplit(
  deps: ReconcileDeps,
  receiptIds: readonly string[],
  newIds: ReadonlySet<string> = new Set(),
): Promise<void> {
  try {
    await reconcileBatch(deps, receiptIds, newIds);
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

async function reconcileBatch(
  deps: ReconcileDeps,
  receiptIds: readonly string[],
  newIds: ReadonlySet<string>,
): Promise<void> {
  const rung = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const undecided = await loadUndecided(deps.db, receiptIds);
    if (undecided.length === 0) break;
    const matched = undecided.filter(({ verification }) => verification);
    const { lostIds, dueRoutes } = await reconcileMatched(deps, matched, round === 0 ? newIds : new Set());
    for (const route of dueRoutes) rung.add(route);
    const unmatched = undecided.filter(({ verification }) => !verification);
    const quarantined = await quarantineReceipts(deps, unmatched, deps.now());
    for (const alert of quarantined.raised) deps.onAlert(alert);
    if (lostIds.length === 0 && quarantined.matchedIds.length === 0) break;
  }
  if (rung.size > 0) await deps.ring([...rung]).catch(() => {});
}

/** Receipts that have their verifications. Tells who has to be decided again, and on which routes somebody is to be asked. */
async function reconcileMatched(
  deps: ReconcileDeps,
  matched: readonly Undecided[],
  newIds: ReadonlySet<string>,
): Promise<{ lostIds: string[]; dueRoutes: string[] }> {
  if (matched.length === 0) return { lostIds: [], dueRoutes: [] };
  const decideDeps = { actor: "worker", newId: deps.newId, alerting: deps.alerting };
  const folded = foldReceipts(matched, { ...decideDeps, now: deps.now() });
  const asked = await askAtOnce(deps, folded.decided, newIds);
  try {
    const now = deps.now();
    const settlement = settlementOf(folded, { ...decideDeps, now }, asked);
    const { lostIds, raised } = await settle(deps.db, settlement, now);
    for (const alert of raised) deps.onAlert(alert);
    const due = new Set(settlement.changes.filter(isDue(now)).map(({ id }) => id));
    const dueRoutes = folded.decided.flatMap(({ before }) => (due.has(before.id) ? before.route : []));
    return { lostIds, dueRoutes };
  } finally {
    asked.over(new Map(folded.decided.map(({ before, row }) => [before.id, row])));
  }
}

/** Only about what nobody else can be asking about. */
async function askAtOnce(
  { askAtOnce, now }: Pick<ReconcileDeps, "askAtOnce" | "now">,
  decided: readonly Decided[],
  newIds: ReadonlySet<string>,
): Promise<AskedAtOnce> {
  if (!askAtOnce || newIds.size === 0) return NOT_ASKED;
  const at = now();
  const claimed = decided.filter(
    ({ before, row, transitions: [move] }) =>
      move?.to === "claimed" &&
      newIds.has(move.receiptId ?? "") &&
      isDue(at)({ state: row }) &&
      isLeftAlone(before, at),
  );
  return claimed.length > 0 ? askAtOnce(claimed.map(({ row }) => row)) : NOT_ASKED;
}

const isLeftAlone = ({ askingUntil, nextCheckAt }: Verification, at: Date): boolean =>
  (askingUntil === null || askingUntil < at) &&
  (nextCheckAt === null || nextCheckAt.getTime() - at.getTime() > SOON_MS);

const isDue =
  (now: Date) =>
  ({ state, asksUntil }: Pick<Settlement["changes"][number], "asksUntil"> & { state: DueState }): boolean =>
    state.nextCheckAt !== null && state.nextCheckAt <= now && !asksUntil;

type DueState = Pick<Verification, "nextCheckAt">;
