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

/** The provider's own clock: real time, or an instant it is frozen at, plus an offset that only grows. */
export type Clock = {
  now(): number;
  offsetMs(): number;
  /** Runs once when this clock reaches `dueAt`; never after `stop`. */
  at(dueAt: number, run: () => unknown): void;
  /** Moves the clock forward; whatever falls due on the way runs at once, earliest first. */
  advance(ms: number): void;
  /** Runs what is due already, and resolves when all of it is over. */
  settle(): Promise<void>;
  stop(): void;
};

/** A timer of Node that is set for longer goes off at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

type Waiting = { dueAt: number; run: () => unknown; disarm: () => void };

/** A frozen clock moves by `advance` alone, and runs one thing after the other, so that their order never depends on the network. */
export function createClock(timers: Timers, frozenAt: number | null = null): Clock {
  let offset = 0;
  let stopped = false;
  let last: Promise<unknown> = Promise.resolve();
  const waiting = new Set<Waiting>();
  const running = new Set<Promise<unknown>>();
  const now = () => (frozenAt ?? timers.now()) + offset;

  const perform = (run: Waiting["run"]): void => {
    const alone = frozenAt !== null;
    const work = alone ? last.then(() => (stopped ? undefined : run())) : Promise.resolve(run());
    last = alone ? work : last;
    running.add(work);
    void work.finally(() => running.delete(work));
  };

  const arm = (dueAt: number, run: Waiting["run"]): void => {
    const entry: Waiting = { dueAt, run, disarm: () => {} };
    waiting.add(entry);
    if (frozenAt !== null && dueAt > now()) return;
    entry.disarm = timers.after(Math.min(Math.max(0, dueAt - now()), TIMER_MAX_MS), () => {
      waiting.delete(entry);
      now() >= dueAt ? perform(run) : arm(dueAt, run);
    });
  };

  const take = (due: (entry: Waiting) => boolean): Waiting[] => {
    const taken = [...waiting].filter(due).sort((a, b) => a.dueAt - b.dueAt);
    for (const entry of taken) {
      entry.disarm();
      waiting.delete(entry);
    }
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
      for (const { dueAt, run } of take(() => true)) dueAt <= reached ? perform(run) : arm(dueAt, run);
    },
    settle: async () => {
      do {
        for (const { run } of take(({ dueAt }) => dueAt <= now())) perform(run);
        await Promise.all(running);
      } while (running.size > 0 || [...waiting].some(({ dueAt }) => dueAt <= now()));
    },
    stop: () => {
      stopped = true;
      take(() => true);
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
