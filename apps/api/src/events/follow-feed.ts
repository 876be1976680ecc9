import { comparePlaces, type FeedFilter, type FeedPlace, type FeedReading, fitsFilter } from "@verdict/db";
import type { LiveFeed } from "./live-feed.ts";

/** What a follower gets at a time. With `more`, what comes next is there already. */
export type Part = Omit<Extract<FeedReading, { kind: "read" }>, "pending"> | { kind: "ahead" | "forgotten" };

type Deps = {
  live: LiveFeed;
  read: (filter: FeedFilter, after: FeedPlace | undefined) => Promise<FeedReading>;
};

/**
 * The feed behind a place, each event that fits once, and then whatever is written, until the signal. Catches up by itself and
 * then takes what is read for all; whoever falls behind that catches up again. A part without events comes at the latest every
 * `tickMs`.
 */
export async function* followFeed(
  { live, read }: Deps,
  filter: FeedFilter,
  { after, signal, tickMs }: { after: FeedPlace | undefined; signal: AbortSignal; tickMs: number },
): AsyncGenerator<Part, void> {
  // Before the first look, so that nothing falls between the two.
  const subscription = live.subscribe();
  try {
    let place = after;
    for (;;) {
      const page = await read(filter, place);
      yield page;
      if (page.kind !== "read") return;
      place = page.next;
      if (page.more && !signal.aborted) continue;

      for (;;) {
        const stretch = await subscription.take(signal, tickMs);
        if (stretch === "ended") return;
        if (stretch === "lost") break;
        if (stretch === "nothing") {
          yield { kind: "read", events: [], next: place, more: false };
          continue;
        }
        if (comparePlaces(stretch.from, place) > 0) break;
        if (comparePlaces(stretch.next, place) <= 0) continue;
        const behind = place;
        const events = stretch.events.filter((event) => {
          return comparePlaces(event.place, behind) > 0 && fitsFilter(event, filter);
        });
        place = stretch.next;
        yield { kind: "read", events, next: place, more: false };
      }
    }
  } finally {
    subscription.stop();
  }
}
