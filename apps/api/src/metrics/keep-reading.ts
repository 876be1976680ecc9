export type KeepOptions = {
  /** How long a reading is told again. */
  keptMs?: number;
  /** Longest time one who asks waits for it. */
  limitMs?: number;
  /** Milliseconds of a clock that only goes forward. */
  clock?: () => number;
};

/** Reads for all who ask, once at a time, and not again while that is fresh. Null: it failed, or is not through yet. */
export function keepReading<T>(
  run: () => Promise<T>,
  { keptMs = 5_000, limitMs = 2_000, clock = () => performance.now() }: KeepOptions = {},
): () => Promise<T | null> {
  let latest: Promise<T | null> | undefined;
  let freshUntil = 0;
  return async () => {
    if (!latest || clock() >= freshUntil) {
      freshUntil = Number.POSITIVE_INFINITY;
      latest = run()
        .catch(() => null)
        .finally(() => {
          freshUntil = clock() + keptMs;
        });
    }
    const limit = Promise.withResolvers<null>();
    const timer = setTimeout(() => limit.resolve(null), limitMs);
    try {
      return await Promise.race([latest, limit.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
}
