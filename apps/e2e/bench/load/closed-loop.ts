import type { Connection } from "./connection.ts";
import { type Endings, type Traffic, tally } from "./tally.ts";

/** More answers a second than any contestant gives. */
const ANSWERS_MAX_PER_SECOND = 150_000;

/** Each connection sends its next request when its answer is in, until the time or the requests are over. */
export function closedLoop(requests: readonly string[], repeat: boolean, seconds: number, { done }: Endings): Traffic {
  const room = repeat ? Math.ceil(seconds * ANSWERS_MAX_PER_SECOND) : requests.length;
  const results = tally(room);
  let begin = 0;
  let end = 0;
  let next = 0;
  let open = 0;

  function send(connection: Connection, now: number): void {
    connection.since = now;
    connection.send(requests[next++ % requests.length] ?? "");
  }

  return {
    stop() {},
    start(connections) {
      begin = performance.now();
      end = begin + seconds * 1_000;
      const first = connections.slice(0, room);
      open = first.length;
      for (const connection of first) send(connection, performance.now());
    },
    onAnswer(connection, status) {
      const now = performance.now();
      results.add(status, now - connection.since);
      if (now < end && next < room) send(connection, now);
      else if (--open === 0) done(results.sum((now - begin) / 1_000, 0));
    },
  };
}
