const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * How long after a failed attempt the next one is made, in milliseconds, published in docs/webhooks.md. Twelve attempts over
 * two days: what an endpoint missed in a night or on a day off still arrives.
 */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  12 * HOUR,
  24 * HOUR,
];

/** Delays are drawn out by up to a fifth, so that what failed together does not come back together. */
const JITTER = 0.2;

/**
 * How long to wait after the `attempt`-th attempt (from 1) has failed, in milliseconds, or null when it was the last one.
 * `random` is from 0 to 1. An endpoint that asked for a longer pause gets it; the number of attempts stays the same.
 */
export function nextAttempt(attempt: number, random: number, retryAfterMs: number | null = null): number | null {
  const delay = RETRY_DELAYS_MS[attempt - 1];
  if (delay === undefined) return null;
  return Math.max(Math.round(delay * (1 + JITTER * random)), retryAfterMs ?? 0);
}
