import type { Severity } from "../alerts.ts";

/** How patiently alerts are told. Seconds. */
export type Patience = {
  /** A new group is told once it has been quiet for so long, so that a burst is told once, with its count … */
  quiet: number;
  /** … but never later than so long after its first alert. */
  waitAtMost: number;
  /** What comes later is told together, no more often than this. */
  interval: number;
  /** What nobody has acknowledged is told again. */
  repeat: number;
  /** Unacknowledged for so long, the next step of channels is told; null: only when a channel fails. */
  escalate: number | null;
};

export type NotificationPolicy = Record<Severity, Patience> & {
  /** After so many failed attempts at a channel the next step is told as well. */
  failures: number;
};

export const DEFAULT_NOTIFICATION_POLICY: NotificationPolicy = {
  critical: { quiet: 1, waitAtMost: 12, interval: 300, repeat: 3_600, escalate: 900 },
  warning: { quiet: 2, waitAtMost: 30, interval: 900, repeat: 4 * 3_600, escalate: null },
  failures: 2,
};

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** A notification that could not be sent is tried again for so long. */
const TRIED_FOR_MS = 24 * 3_600_000;

/**
 * When a notification that has failed `attempts` times is tried again: after 1, 2, 4 … up to 60 seconds, spread by half so
 * that channels that came back are not met by everything at once. Null: it has been tried for a day, and is given up.
 */
export function nextAttemptAt(createdAt: Date, attempts: number, now: Date, random: number): Date | null {
  if (now.getTime() - createdAt.getTime() >= TRIED_FOR_MS) return null;
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(16, Math.max(0, attempts - 1)));
  return new Date(now.getTime() + pause * (0.5 + random / 2));
}
