import type { Change, NewDiscrepancy, NewTransition, Verification } from "@verdict/db";
import { type AlertContent, alertOnDiscrepancy, type Cause, type Decision, isOpen } from "@verdict/domain";

/** On what a decision rests, and who carries it out. */
export type Grounds = {
  at: Date;
  actor: string;
  receiptId: string | null;
  checkId: string | null;
  newId: () => string;
};

/** What a decision makes of a row: the next state in memory, and what has to be written beside it. */
export type Applied = {
  row: Verification;
  transition: NewTransition | null;
  discrepancy: NewDiscrepancy | null;
};

/** What was decided on a row, and has to be written. */
export type RowDecision = Applied & {
  /** What goes on with the row and somebody has to know, whatever is decided next. */
  alert?: AlertContent | null;
};

const SOURCE: Record<Cause, Verification["outcomeSource"]> = {
  initialize_answered: "initialize",
  initialize_refused: "initialize",
  initialize_unanswered: "schedule",
  registered: null,
  callback: null,
  check_result: "check_result",
  face_check: "face_check",
  face_check_lost: "schedule",
  window_lapsed: "verify_log",
  retention_lapsed: "schedule",
  person: "person",
};

/** A window that lapsed without a log to tell about it lapsed by the schedule alone. */
const sourceOf = ({ cause, walkAway }: Extract<Decision, { kind: "advance" }>): Verification["outcomeSource"] =>
  cause === "window_lapsed" && !walkAway ? "schedule" : SOURCE[cause];

/** Carries a decision out on a row in memory. Pure; the version grows whenever the row changes. */
export function applyDecision(held: Verification, decision: Decision, grounds: Grounds): Applied {
  const row = nextRow(held, decision, grounds.at);
  const transition = row.status === held.status ? null : transitionOf(held, row, decision, grounds);
  const type =
    decision.kind === "discrepancy" ? decision.type : "discrepancy" in decision ? decision.discrepancy : undefined;
  return { row, transition, discrepancy: type ? discrepancyOf(held, type, grounds) : null };
}

function nextRow(held: Verification, decision: Decision, at: Date): Verification {
  switch (decision.kind) {
    case "advance": {
      const over = !isOpen(decision.to);
      return {
        ...held,
        version: held.version + 1,
        status: decision.to,
        ...(decision.adoptTransactionId && { transactionId: decision.adoptTransactionId }),
        ...(decision.adoptTransactionId && {
          transactionSource: decision.to === "awaiting" ? "initialize" : "callback",
        }),
        ...(decision.result && { passed: decision.result.passed, subCode: decision.result.subCode }),
        ...(decision.walkAway && { walkAway: decision.walkAway }),
        ...(over && {
          outcomeSource: sourceOf(decision),
          confirmedAt: at,
          nextCheckAt: decision.checkAgainAt ?? null,
          recheckWanted: false,
        }),
      };
    }
    case "check_at":
      return { ...held, version: held.version + 1, nextCheckAt: decision.at };
    case "discrepancy":
    case "ignore":
    case "ask_log":
      return held;
  }
}

function transitionOf(held: Verification, row: Verification, decision: Decision, grounds: Grounds): NewTransition {
  return {
    verificationId: held.id,
    version: row.version,
    from: held.status,
    to: row.status,
    cause: decision.kind === "advance" ? decision.cause : decision.kind,
    receiptId: grounds.receiptId,
    checkId: grounds.checkId,
    actor: grounds.actor,
    at: grounds.at,
  };
}

/** A discrepancy as it is written, with the alert it raises. `id` may be one of a verification we have no record of. */
export const discrepancyOf = (
  { id, route }: Pick<Verification, "id" | "route">,
  type: NewDiscrepancy["type"],
  grounds: Grounds,
): NewDiscrepancy => ({
  id: grounds.newId(),
  type,
  route,
  verificationId: id,
  receiptId: grounds.receiptId,
  checkId: grounds.checkId,
  openedAt: grounds.at,
  alert: { id: grounds.newId(), ...alertOnDiscrepancy(type) },
});

/** The change that takes a row as it was loaded to the row as it was decided. Null when nothing changed. */
export function changeBetween(loaded: Verification, decided: Verification, endsAsking = false): Change | null {
  if (loaded === decided) return null;
  const version = Math.max(decided.version, loaded.version + 1);
  return { id: loaded.id, from: loaded.version, version, state: decided, endsAsking };
}
