import type { Text } from "../../text/en/index.ts";

/** How a case ends. On record in English, whatever its reader speaks. */
const ON_RECORD = {
  fraud: "Confirmed fraud",
  false_positive: "False positive",
  explained: "Explained",
} as const;

export type Outcome = keyof typeof ON_RECORD;
export const OUTCOMES = Object.keys(ON_RECORD) as Outcome[];

const MOST = 500;

/** The reason that goes on record: the outcome in words, and what somebody has to add. */
export function reasonFor(outcome: Outcome, note: string): string {
  const added = note.trim();
  return (added ? `${ON_RECORD[outcome]}: ${added}` : ON_RECORD[outcome]).slice(0, MOST);
}

/** The same in the reader's language; a reason that names no outcome is read as it stands. */
export function sayReason(reason: string, t: Text): string {
  const outcome = OUTCOMES.find((one) => reason === ON_RECORD[one] || reason.startsWith(`${ON_RECORD[one]}: `));
  if (!outcome) return reason;
  const added = reason.slice(ON_RECORD[outcome].length + 2);
  return added ? `${t.work.outcomes[outcome]}${t.parts.colon}${added}` : t.work.outcomes[outcome];
}
