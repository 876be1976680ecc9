export type Stale = {
  /** Who is missing: all of the API, only its stream of events, or the worker behind it. */
  who: "api" | "stream" | "worker";
  /** How old what is shown is, or since when nobody has been seen; null: never. */
  ageMs: number | null;
};

type Seen = {
  at: Date;
  /** When the API last answered. */
  updatedAt: number;
  failing: boolean;
  streamGoneSince: Date | null;
  now: { at: string; workerSeenAt: string | null } | undefined;
};

/** The worker goes its rounds every few seconds; a busy one may be late. */
const WORKER_MS = 30_000;
/** A stream that breaks off is usually back within a few seconds. */
const STREAM_MS = 5_000;
/** Looked at every 5 seconds: two looks may fail before it is said. */
const API_MS = 15_000;

/** What is not of now, the worst first; null: all is. Ages of the worker are told by the API's clock, not by this computer's. */
export function staleness({ at, updatedAt, failing, streamGoneSince, now }: Seen): Stale | null {
  const age = at.getTime() - updatedAt;
  if (updatedAt > 0 && (failing || age > API_MS) && age > STREAM_MS) return { who: "api", ageMs: age };
  if (now) {
    const unseen = now.workerSeenAt === null ? null : Date.parse(now.at) - Date.parse(now.workerSeenAt);
    if (unseen === null || unseen > WORKER_MS) return { who: "worker", ageMs: unseen };
  }
  const gone = streamGoneSince ? at.getTime() - streamGoneSince.getTime() : 0;
  return gone > STREAM_MS ? { who: "stream", ageMs: gone } : null;
}
