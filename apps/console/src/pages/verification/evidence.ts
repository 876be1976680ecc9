import type { Status } from "../../parts/tones.ts";

type At = { at: string };

/** What stands in a timeline, as the API's `verificationTimeline` writes it. */
export type Receipt = At & {
  type: "receipt";
  id: string;
  passed: boolean;
  subCode: string;
  copies: number;
  late: boolean;
  timing: "early" | "in_time" | "late";
};
export type Check = At & {
  type: "check";
  id: string;
  operation: string;
  kind: string;
  passed: boolean | null;
  subCode: string | null;
  code: string;
  askedAt: string;
};
export type Transition = At & {
  type: "transition";
  version: number;
  from: Status;
  to: Status;
  cause: string;
  receiptId: string | null;
  checkId: string | null;
  actor: string;
};
export type Discrepancy = At & {
  type: "discrepancy";
  id: string;
  discrepancy: string;
  receiptId: string | null;
  checkId: string | null;
  closedAt: string | null;
};
export type Alert = At & {
  type: "alert";
  id: string;
  rule: string;
  severity: "critical" | "warning";
  status: "open" | "acknowledged" | "resolved";
};

export type Action = At & {
  type: "action";
  id: string;
  action: string;
  actor: string;
  /** Absent for those who are not told it; null where the actor has no name. */
  actorName?: string | null;
  reason: string | null;
};

export type Entry = Action | Receipt | Check | Transition | Discrepancy | Alert;

const TYPES: ReadonlySet<string> = new Set(["action", "receipt", "check", "transition", "discrepancy", "alert"]);

/** The entries this console can draw. A type that a later API adds is left out of the picture, not guessed at. */
export const entriesOf = (items: readonly (At & { type: string })[]): Entry[] =>
  items.filter(({ type }) => TYPES.has(type)) as unknown as Entry[];

/** A name of an entry that is unique on its page. */
export const keyOf = (entry: Entry): string =>
  entry.type === "transition" ? `transition-${entry.version}` : `${entry.type}-${entry.id}`;

/** An entry without what the API looks up for readers. */
export function storedOf(entry: Entry): Entry {
  if (entry.type !== "action") return entry;
  const { actorName: _, ...stored } = entry;
  return stored;
}
