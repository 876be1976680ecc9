import type { Timers } from "../src/clock.ts";

export type ManualTimers = Timers & {
  /** Lets real time pass: runs what falls due, and what that starts, earliest first. */
  advance(ms: number): Promise<void>;
};

/** Timers that stand still until a test moves them. */
export function manualTimers(start = Date.parse("2026-01-31T00:00:00Z")): ManualTimers {
  let now = start;
  const waiting = new Set<{ dueAt: number; run: () => void }>();
  return {
    now: () => now,
    after: (ms, run) => {
      const entry = { dueAt: now + ms, run };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
    advance: async (ms) => {
      const end = now + ms;
      await settled();
      for (;;) {
        const [next] = [...waiting].filter(({ dueAt }) => dueAt <= end).sort((a, b) => a.dueAt - b.dueAt);
        if (!next) break;
        waiting.delete(next);
        now = Math.max(now, next.dueAt);
        next.run();
        await settled();
      }
      now = end;
    },
  };
}

/** Everything that could run without time passing has run. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
