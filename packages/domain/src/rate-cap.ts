export type RateCapOptions = {
  /** Steady rate per key. 0: no cap. */
  perSecond: number;
  /** How many seconds' worth may come at once. */
  burstSeconds: number;
  /** Most keys remembered. A key that is forgotten starts with its whole burst again. */
  keys: number;
};

/**
 * Tells which events of a key come too fast: a leaky bucket per key (GCRA), one number each. An event that is refused does not
 * count, so whoever slows down is let through at once. Times are milliseconds of any clock that does not run backwards.
 */
export function rateCap({ perSecond, burstSeconds, keys }: RateCapOptions): (key: string, nowMs: number) => boolean {
  if (perSecond === 0) return () => true;
  const spacing = 1000 / perSecond;
  const slack = burstSeconds * 1000 - spacing;
  /** When a key's bucket will be empty. A Map keeps the order of insertion, so the first is the one longest unseen. */
  const emptyAt = new Map<string, number>();

  return (key, nowMs) => {
    const empty = Math.max(emptyAt.get(key) ?? nowMs, nowMs);
    if (empty - nowMs > slack) return false;
    emptyAt.delete(key);
    emptyAt.set(key, empty + spacing);
    if (emptyAt.size > keys) {
      const [oldest] = emptyAt.keys();
      if (oldest !== undefined) emptyAt.delete(oldest);
    }
    return true;
  };
}
