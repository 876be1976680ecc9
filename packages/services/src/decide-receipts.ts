import type { NewCheck, NewDiscrepancy, NewTransition, Settlement, Undecided, Verification } from "@verdict/db";
import { snapshotOf } from "@verdict/db";
import { reconcileCallback, type VerificationSnapshot } from "@verdict/domain";
import { type Alerting, alertsOfDecision, DEFAULT_ALERTING } from "./alerts-on-row.ts";
import { applyDecision, changeBetween, discrepancyOf, type RowDecision } from "./apply-decision.ts";

type DecideDeps = { now: Date; actor: string; newId: () => string; alerting?: Alerting | undefined };

/** What receipts make of one verification. */
export type Decided = {
  before: Verification;
  row: Verification;
  transitions: NewTransition[];
  discrepancies: NewDiscrepancy[];
};

/** What receipts make of all verifications they name. */
export type Folded = {
  decided: Decided[];
  /** About verifications we have no record of. */
  strays: NewDiscrepancy[];
  receipts: Settlement["receipts"];
};

/** The provider's answer about one verification: the evidence, and what to decide on it. */
export type Answers = { checks: readonly NewCheck[]; decide: (held: Verification, now: Date) => RowDecision };

/** What the provider said of some of them meanwhile, by verification, and who goes on being asked about until when. */
export type Meanwhile = { answers: ReadonlyMap<string, Answers>; asked: ReadonlyMap<string, Date> };

const NOTHING: Meanwhile = { answers: new Map(), asked: new Map() };

/** Folds receipts into their verifications, in the order they came. Pure. */
export function foldReceipts(undecided: readonly Undecided[], { now, actor, newId }: DecideDeps): Folded {
  const byId = new Map<string, Decided>();
  const strays: NewDiscrepancy[] = [];
  for (const { receipt, verification, transactionTaken } of undecided) {
    const one = verification && (byId.get(verification.id) ?? untouched(verification));
    if (one) byId.set(one.before.id, one);
    const held = one?.row ?? null;
    const claim = { passed: receipt.passed, subCode: receipt.subCode };
    const { transactionId } = receipt;
    const evidence = { kind: "callback", transactionId, transactionTaken, claim, at: now } as const;
    const decision = reconcileCallback(held && snapshotOf(held), evidence);
    const grounds = { at: now, actor, receiptId: receipt.id, checkId: null, newId };
    if (!one || !held) {
      if (decision.kind !== "discrepancy") continue;
      const named = { id: receipt.verificationId, route: receipt.route };
      strays.push(discrepancyOf(named, decision.type, grounds));
      continue;
    }
    const applied = applyDecision(held, decision, grounds);
    one.row = takesClaim(snapshotOf(held), receipt) ? withClaim(applied.row, receipt, now) : applied.row;
    if (applied.transition) one.transitions.push(applied.transition);
    if (applied.discrepancy) one.discrepancies.push(applied.discrepancy);
  }
  const receipts = undecided.map(({ receipt, verification }) => ({
    receiptId: receipt.id,
    verificationId: verification?.id ?? receipt.verificationId,
  }));
  return { decided: [...byId.values()], strays, receipts };
}

/** What has to be written of all that, with what the provider said meanwhile on top. Pure. */
export function settlementOf(
  { decided, strays, receipts }: Folded,
  { now, newId, alerting = DEFAULT_ALERTING }: DecideDeps,
  { answers, asked }: Meanwhile = NOTHING,
): Settlement {
  const ended = decided.map((one) => {
    const answer = answers.get(one.before.id);
    const { row, transition, discrepancy, alert }: RowDecision = answer?.decide(one.row, now) ?? { ...one, ...NO_MOVE };
    const { alerts, answered } = alertsOfDecision(one.before, { row, alert }, { at: now, newId, alerting });
    const change = changeBetween(one.before, row);
    const asksUntil = asked.get(one.before.id);
    return {
      changes: change ? [{ ...change, ...(asksUntil && { asksUntil }) }] : [],
      transitions: transition ? [...one.transitions, transition] : one.transitions,
      discrepancies: discrepancy ? [...one.discrepancies, discrepancy] : one.discrepancies,
      checks: answer?.checks ?? [],
      alerts,
      answered,
    };
  });
  return {
    changes: ended.flatMap(({ changes }) => changes),
    transitions: ended.flatMap(({ transitions }) => transitions),
    discrepancies: [...strays, ...ended.flatMap(({ discrepancies }) => discrepancies)],
    checks: ended.flatMap(({ checks }) => checks),
    alerts: ended.flatMap(({ alerts }) => alerts),
    answered: ended.flatMap(({ answered }) => answered),
    receipts,
  };
}

/** What receipts have to have written, without asking anybody. Pure. */
export const decideReceipts = (undecided: readonly Undecided[], deps: DecideDeps): Settlement =>
  settlementOf(foldReceipts(undecided, deps), deps);

const NO_MOVE = { transition: null, discrepancy: null };

const untouched = (verification: Verification): Decided => ({
  before: verification,
  row: verification,
  transitions: [],
  discrepancies: [],
});

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
