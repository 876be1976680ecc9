import type { VerificationSnapshot } from "./evidence.ts";

/** When silent and claimed sessions are asked about. All values in seconds, all above zero except `grace`. */
export type CheckPolicy = {
  /** Offsets from Initialize at which a silent session is asked about. */
  silentOffsets: readonly number[];
  /** Offsets from the claim at which a claimed session is asked about again while the provider still computes. */
  claimedOffsets: readonly number[];
  /** How long after the window has lapsed the final question waits for a late completion. */
  grace: number;
  /** Longest pause between questions after the deadline, when the answer still does not settle it. */
  steady: number;
  /** How long the provider keeps a result: 30 days, then it is gone for good (provider notes, section 1). */
  retention: number;
  /** How long after the window has lapsed somebody is told that a result is still missing, before it is gone for good. */
  cliffWarning: number;
};

/** How the sessions of a route and product ended lately, and how many of these a callback told about. */
export type Arrival = { ended: number; withCallback: number };

export const DEFAULT_POLICY: CheckPolicy = {
  silentOffsets: [60, 180, 420, 900],
  claimedOffsets: [1, 2, 4, 8, 15, 30, 60, 120, 300, 600],
  grace: 120,
  steady: 3_600,
  retention: 30 * 86_400,
  cliffWarning: 25 * 86_400,
};

/** Fewer endings than these say nothing about a route. */
const ENDINGS_THAT_TELL = 20;

/**
 * The offsets at which a silent session of a route is asked about. Where most of those that ended had no callback, callbacks
 * are lost on their way, and polling is all there is: then it also asks halfway between two offsets.
 */
export function offsetsFor({ silentOffsets }: Pick<CheckPolicy, "silentOffsets">, arrival: Arrival): readonly number[] {
  const { ended, withCallback } = arrival;
  if (ended < ENDINGS_THAT_TELL || withCallback * 2 >= ended) return silentOffsets;
  const sorted = silentOffsets.toSorted((a, b) => a - b);
  return sorted.flatMap((offset, index) => {
    const before = sorted[index - 1];
    return before === undefined || before === offset ? [offset] : [(before + offset) / 2, offset];
  });
}

const after = (start: Date, seconds: number): Date => new Date(start.getTime() + seconds * 1000);

/** The moment an open verification must be settled: the user can no longer finish, and what was under way has arrived. */
export const deadline = (held: VerificationSnapshot, policy: CheckPolicy): Date => after(held.expiresAt, policy.grace);

/** From here on the provider has deleted whatever result there was. */
export const retentionEnd = (held: VerificationSnapshot, policy: CheckPolicy): Date =>
  after(held.expiresAt, policy.retention);

/** From here on a result that is still missing is about to be lost. */
export const cliff = (held: VerificationSnapshot, policy: CheckPolicy): Date =>
  after(held.expiresAt, policy.cliffWarning);

/** The planned moments of a schedule; none when it has not begun. */
const moments = (start: Date | null, offsets: readonly number[]): Date[] =>
  start ? offsets.map((offset) => after(start, offset)) : [];

/** The first moment later than `now`, in whatever order they are given. */
const firstAhead = (planned: readonly Date[], now: Date): Date | null =>
  planned.filter((at) => at > now).sort((a, b) => a.getTime() - b.getTime())[0] ?? null;

/** The next question after a claim, by its own dense schedule; null when that schedule is through or nothing was claimed. */
export const nextClaimedCheck = (held: VerificationSnapshot, now: Date, policy: CheckPolicy): Date | null =>
  firstAhead(moments(held.claimedAt, policy.claimedOffsets), now);

/**
 * When to ask the provider next, given that the answer at `now` settled nothing. Always later than `now`: by the schedule
 * while silent, at the deadline, and after it in pauses that double up to the steady one. A claim only adds questions.
 */
export function nextCheck(held: VerificationSnapshot, now: Date, policy: CheckPolicy): Date {
  const end = deadline(held, policy);
  const overdue = (now.getTime() - end.getTime()) / 1000;
  const latest = now < end ? end : after(now, Math.min(policy.steady, Math.max(5, overdue)));
  const silent = now < end ? moments(held.createdAt, policy.silentOffsets) : [];
  const claimed = moments(held.claimedAt, policy.claimedOffsets);
  return firstAhead([...silent, ...claimed, latest], now) ?? latest;
}
