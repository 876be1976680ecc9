import {
  type Db,
  findVerifications,
  type RaisedAlert,
  releaseVerifications,
  settle,
  type Verification,
} from "@verdict/db";
import { type Alerting, alertsOfDecision, DEFAULT_ALERTING } from "./alerts-on-row.ts";
import { changeBetween } from "./apply-decision.ts";
import type { Answers } from "./decide-receipts.ts";

/** One row whose turn to ask ends: the evidence, and what to decide on it. */
export type Settling = Answers & { loaded: Verification };

type SettleDeps = {
  db: Db;
  now: () => Date;
  newId: () => string;
  onAlert: (alert: RaisedAlert) => void;
  /** Absent: rules as they ship, no route for tests. */
  alerting?: Alerting;
};

/** After so many lost races somebody else is clearly busy with the row. */
const ROUNDS = 5;

/** Rows that lost every race are looked at again so much later: whoever won may not have settled them. */
const AGAIN_MS = 1_000;

/**
 * Decides on rows as they stand and writes the decisions in one statement, whatever their number; those another process
 * was faster with are decided again on what that one left. Ends this process's turn to ask about all of them. `onAlert`
 * hears of each alert once, when it is on record. One row at a time may be given per verification.
 */
export async function settleRows(deps: SettleDeps, settling: readonly Settling[]): Promise<void> {
  let open = settling;
  for (let round = 0; open.length > 0 && round < ROUNDS; round++) {
    const now = deps.now();
    const decided = open.map(({ loaded, decide }) => ({ loaded, ...decide(loaded, now) }));
    const grounds = { at: now, newId: deps.newId, alerting: deps.alerting ?? DEFAULT_ALERTING };
    const told = decided.map(({ loaded, row, alert }) => alertsOfDecision(loaded, { row, alert }, grounds));
    const changes = decided.flatMap(({ loaded, row }) => changeBetween(loaded, row, true) ?? []);
    const { lostIds, raised } = await settle(
      deps.db,
      {
        changes,
        transitions: decided.flatMap(({ transition }) => transition ?? []),
        discrepancies: decided.flatMap(({ discrepancy }) => discrepancy ?? []),
        checks: open.flatMap(({ checks }) => checks),
        alerts: told.flatMap(({ alerts }) => alerts),
        answered: told.flatMap(({ answered }) => answered),
        receipts: [],
      },
      now,
    );
    for (const alert of raised) deps.onAlert(alert);
    const changed = new Set(changes.map(({ id }) => id));
    const unchanged = open.filter(({ loaded }) => !changed.has(loaded.id)).map(({ loaded }) => loaded.id);
    if (unchanged.length > 0) await releaseVerifications(deps.db, unchanged);
    if (lostIds.length === 0) return;
    const current = new Map((await findVerifications(deps.db, lostIds)).map((row) => [row.id, row]));
    open = open.flatMap((one) => {
      const loaded = current.get(one.loaded.id);
      return loaded && lostIds.includes(loaded.id) ? { ...one, loaded } : [];
    });
  }
  const ids = open.map(({ loaded }) => loaded.id);
  if (ids.length > 0) await releaseVerifications(deps.db, ids, new Date(deps.now().getTime() + AGAIN_MS));
}
