const BACKOFF_MAX_MS = 5 * 60_000;

/**
 * Pause before the next attempt, in milliseconds: doubles with each throw, never more than five minutes, and between half
 * and all of that by chance, so that jobs that failed together do not come back together. `random` is 0 to 1.
 */
export function backoff(baseMs: number, attemptsMade: number, random: number): number {
  const full = Math.min(baseMs * 2 ** Math.max(0, attemptsMade - 1), BACKOFF_MAX_MS);
  return Math.round(full * (0.5 + random / 2));
}
