/** People waiting for a verification to change. One process may hold thousands: each is a callback in a map. */
export function changeWaiters() {
  const waiting = new Map<string, Set<() => void>>();

  const wake = (id: string): void => {
    for (const go of waiting.get(id) ?? []) go();
  };

  return {
    /** To be called with the id of every verification that changes. */
    wake,
    /** To be called when changes may have gone unheard. */
    wakeAll: () => [...waiting.keys()].forEach(wake),
    /** Calls `go` at each change of `id` until the returned function is called. */
    listen(id: string, go: () => void): () => void {
      const group = waiting.get(id) ?? new Set();
      waiting.set(id, group.add(go));
      return () => {
        group.delete(go);
        if (group.size === 0) waiting.delete(id);
      };
    },
    size: () => waiting.size,
  };
}

export type ChangeWaiters = ReturnType<typeof changeWaiters>;

/**
 * Looks until `settled` accepts what `look` finds, or the time is up, or the caller is gone; returns the last look. Looks
 * again only when something changed. Listening begins before the first look, so no change can fall between the two.
 */
export async function lookUntil<T>(
  waiters: ChangeWaiters,
  id: string,
  look: () => Promise<T>,
  settled: (found: T) => boolean,
  { waitMs, signal }: { waitMs: number; signal: AbortSignal },
): Promise<T> {
  let changed = Promise.withResolvers<void>();
  const stopListening = waiters.listen(id, () => changed.resolve());
  let over = false;
  const end = () => {
    over = true;
    changed.resolve();
  };
  const timer = setTimeout(end, waitMs);
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  try {
    for (;;) {
      const found = await look();
      if (settled(found) || over) return found;
      await changed.promise;
      changed = Promise.withResolvers();
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
    stopListening();
  }
}
