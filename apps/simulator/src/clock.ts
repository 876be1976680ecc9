/** Real time and real timers; tests bring their own. */
export type Timers = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs once after so many milliseconds, unless the returned function is called first. */
  after(ms: number, run: () => void): () => void;
};

export const realTimers: Timers = {
  now: Date.now,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** The provider's own clock: real time plus an offset that only grows. */
export type Clock = {
  now(): number;
  offsetMs(): number;
  /** Runs once when this clock reaches `dueAt`; never after `stop`. */
  at(dueAt: number, run: () => void): void;
  /** Moves the clock forward; whatever falls due on the way runs at once, earliest first. */
  advance(ms: number): void;
  stop(): void;
};

/** A timer of Node that is set for longer goes off at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

type Waiting = { dueAt: number; run: () => void; disarm: () => void };

export function createClock(timers: Timers): Clock {
  let offset = 0;
  let stopped = false;
  const waiting = new Set<Waiting>();
  const now = () => timers.now() + offset;

  const arm = (dueAt: number, run: () => void): void => {
    const entry: Waiting = { dueAt, run, disarm: () => {} };
    entry.disarm = timers.after(Math.min(Math.max(0, dueAt - now()), TIMER_MAX_MS), () => {
      waiting.delete(entry);
      now() >= dueAt ? run() : arm(dueAt, run);
    });
    waiting.add(entry);
  };

  const takeAll = (): Waiting[] => {
    const taken = [...waiting].sort((a, b) => a.dueAt - b.dueAt);
    for (const entry of taken) entry.disarm();
    waiting.clear();
    return taken;
  };

  return {
    now,
    offsetMs: () => offset,
    at: (dueAt, run) => {
      if (!stopped) arm(dueAt, run);
    },
    advance: (ms) => {
      const reached = now() + ms;
      offset += ms;
      for (const { dueAt, run } of takeAll()) dueAt <= reached ? run() : arm(dueAt, run);
    },
    stop: () => {
      stopped = true;
      takeAll();
    },
  };
}

/** Resolves after so many real milliseconds, or as soon as the signal aborts. */
export function wait(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = timers.after(ms, resolve);
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise.finally(cancel);
}
