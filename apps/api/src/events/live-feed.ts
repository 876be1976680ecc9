import { type Db, type FeedPlace, type FeedReading, findFeedEnd, readFeed, watchEvents } from "@verdict/db";

type FeedEvents = Extract<FeedReading, { kind: "read" }>["events"];

/** A piece of the feed without a gap: every event behind `from`, up to `next`. */
export type Stretch = { from: FeedPlace; events: FeedEvents; next: FeedPlace };

export type Subscription = {
  /**
   * The next stretch. `lost`: some were left out, so the reader has to look for himself; `nothing`: none came within so many
   * milliseconds; `ended`: the signal says so.
   */
  take(signal: AbortSignal, ms: number): Promise<Stretch | "lost" | "nothing" | "ended">;
  stop(): void;
};

export type LiveFeedDeps = {
  db: Db;
  /** Hears of what kept it from reading; it tries again. */
  onError: (error: unknown) => void;
};

/** Largest stretch, in events. */
export const STRETCH = 500;

/** A reader who is further behind than this many stretches reads by himself. */
const HELD_MAX = 20;

/** Without a word of new events it looks so often all the same, and after an error. */
const IDLE_MS = 15_000;
const AFTER_ERROR_MS = 1_000;

/** So soon it looks again for what waits for an earlier transaction; twice as late each time, up to the last. */
const PENDING_MS = { first: 50, last: 1_000 };

/**
 * The end of the feed, read once for all who follow it, as soon as events are written on whichever process. Reads only while
 * somebody follows, and listens from the first one on.
 */
export function liveFeed({ db, onError }: LiveFeedDeps) {
  const subscribers = new Set<(stretch: Stretch | "lost") => void>();
  let woken = Promise.withResolvers<void>();
  let listening: Promise<unknown> | null = null;
  let running = false;

  const wake = () => woken.resolve();
  const tell = (what: Stretch | "lost") => {
    for (const subscriber of subscribers) subscriber(what);
  };
  const listen = () => {
    listening ??= watchEvents(db, wake, wake).catch((error: unknown) => {
      listening = null;
      throw error;
    });
    return listening;
  };

  async function run(): Promise<void> {
    running = true;
    /** How far has been read, and how far has been told: what lies between holds nothing. */
    let read: FeedPlace | null = null;
    let told: FeedPlace | null = null;
    let pendingMs = PENDING_MS.first;
    while (subscribers.size > 0) {
      woken = Promise.withResolvers();
      let pauseMs = IDLE_MS;
      try {
        await listen();
        if (!read || !told) {
          read = told = await findFeedEnd(db);
          // Whoever has looked before this is told that he has to look again.
          tell({ from: told, events: [], next: told });
        }
        const reading: FeedReading = await readFeed(db, {}, { after: read, limit: STRETCH });
        if (reading.kind === "read") {
          const { events, next, more, pending } = reading;
          if (events.length > 0) {
            tell({ from: told, events, next });
            told = next;
            pendingMs = PENDING_MS.first;
          }
          read = next;
          if (more) continue;
          if (pending) {
            pauseMs = pendingMs;
            pendingMs = Math.min(PENDING_MS.last, 2 * pendingMs);
          }
        } else {
          // Another state was restored beneath us.
          read = null;
          told = null;
          tell("lost");
        }
      } catch (error) {
        onError(error);
        pauseMs = AFTER_ERROR_MS;
      }
      await either(woken.promise, pauseMs);
    }
    running = false;
  }

  return {
    subscribe(): Subscription {
      const held: Stretch[] = [];
      let isLost = false;
      let arrived = Promise.withResolvers<void>();
      const subscriber = (what: Stretch | "lost") => {
        if (what === "lost" || held.length === HELD_MAX) {
          held.length = 0;
          isLost = true;
        }
        if (what !== "lost" && !isLost) held.push(what);
        arrived.resolve();
      };
      subscribers.add(subscriber);
      if (!running) void run();
      return {
        async take(signal, ms) {
          if (held.length === 0 && !isLost) {
            arrived = Promise.withResolvers();
            await either(arrived.promise, ms, signal);
          }
          if (signal.aborted) return "ended";
          if (!isLost) return held.shift() ?? "nothing";
          isLost = false;
          return "lost";
        },
        stop() {
          subscribers.delete(subscriber);
          if (subscribers.size === 0) wake();
        },
      };
    },
    size: () => subscribers.size,
  };
}

export type LiveFeed = ReturnType<typeof liveFeed>;

/** Until the promise resolves, the time is over, or the signal is given. */
async function either(promise: Promise<void>, ms: number, signal?: AbortSignal): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, ms);
  const end = () => over.resolve();
  signal?.addEventListener("abort", end);
  if (signal?.aborted) end();
  await Promise.race([promise, over.promise]);
  clearTimeout(timer);
  signal?.removeEventListener("abort", end);
}
