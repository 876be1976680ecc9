/** How a case ends. */
export const OUTCOMES = ["fraud", "false_positive", "explained"] as const;
export type Outcome = (typeof OUTCOMES)[number];

const MOST = 500;

/** The reason that goes on record: the outcome in words, and what somebody has to add. */
export function reasonFor(outcome: string, note: string): string {
  const added = note.trim();
  return (added ? `${outcome}: ${added}` : outcome).slice(0, MOST);
}
