import {
  type Db,
  findVerification,
  type NewCheck,
  type RaisedAlert,
  releaseVerification,
  settle,
  type Verification,
} from "@verdict/db";
import { type Alerting, alertsOnRow, DEFAULT_ALERTING } from "./alerts-on-row.ts";
import { changeBetween, type RowDecision } from "./apply-decision.ts";

/** After so many lost races somebody else is clearly busy with the row. */
const ROUNDS = 5;

/**
 * Decides on one row as it stands and writes the decision; when another process was faster, decides again on what that
 * one left. Ends this process's turn to ask. `onAlert` hears of each alert once, when it is on record. Returns the row as
 * written, or null when every race was lost.
 */
export async function settleRow(
  deps: {
    db: Db;
    now: () => Date;
    newId: () => string;
    onAlert?: (alert: RaisedAlert) => void;
    /** Absent: rules as they ship, no route for tests. */
    alerting?: Alerting;
  },
  loaded: Verification,
  checks: readonly NewCheck[],
  decide: (held: Verification, now: Date) => RowDecision,
): Promise<Verification | null> {
  let held: Verification | null = loaded;
  for (let round = 0; held && round < ROUNDS; round++) {
    const now = deps.now();
    const { row, transition, discrepancy } = decide(held, now);
    const change = changeBetween(held, row, true);
    const settlement = {
      changes: change ? [change] : [],
      transitions: transition ? [transition] : [],
      discrepancies: discrepancy ? [discrepancy] : [],
      checks,
      receipts: [],
      ...alertsOnRow(held, row, { at: now, newId: deps.newId, alerting: deps.alerting ?? DEFAULT_ALERTING }),
    };
    const { lostIds, raised } = await settle(deps.db, settlement, now);
    for (const alert of raised) deps.onAlert?.(alert);
    if (lostIds.length === 0) {
      if (change) return { ...row, version: change.version, updatedAt: now, askingUntil: null };
      await releaseVerification(deps.db, loaded.id);
      return { ...row, askingUntil: null };
    }
    held = await findVerification(deps.db, loaded.id);
  }
  return null;
}
