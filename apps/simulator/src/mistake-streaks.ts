/** Mistakes in a row, by caller and operation; what counts as too many, and for how long, nobody has documented. */
export type MistakeStreaks = {
  note(caller: string, wasMistake: boolean, now: number): void;
  isBlocked(caller: string, limit: number, now: number): boolean;
};

/** A caller who makes no call for so long is forgiven (an assumption). */
const FORGIVEN_AFTER_MS = 60_000;

export function createMistakeStreaks(): MistakeStreaks {
  const streaks = new Map<string, { length: number; at: number }>();
  return {
    note: (caller, wasMistake, now) => {
      if (!wasMistake) streaks.delete(caller);
      else streaks.set(caller, { length: (streaks.get(caller)?.length ?? 0) + 1, at: now });
    },
    isBlocked: (caller, limit, now) => {
      const streak = streaks.get(caller);
      if (streak && now - streak.at >= FORGIVEN_AFTER_MS) streaks.delete(caller);
      return (streaks.get(caller)?.length ?? 0) >= limit;
    },
  };
}
