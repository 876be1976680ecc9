import { Worker } from "node:worker_threads";
import { clockMs } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { type Endings, percentile, type Traffic, tally } from "./tally.ts";

const PACEMAKER = new URL("./pacemaker.ts", import.meta.url);

/**
 * Requests start at instants drawn beforehand (a Poisson process), whether or not earlier ones are answered. One that
 * finds no free connection waits, and its latency counts from its instant all the same: a server that stalls cannot
 * slow its own test down.
 */
export function paced(requests: readonly string[], perSecond: number, seconds: number, { done }: Endings): Traffic {
  const instants = drawInstants(perSecond, seconds, requests.length);
  const results = tally(instants.length);
  const late = new Float64Array(instants.length);
  // First in, first out: all connections take turns.
  let free: Connection[] = [];
  let begin = 0;
  let next = 0;
  let answers = 0;
  const pacemaker = new Worker(PACEMAKER);

  function sendDue(): void {
    const now = clockMs() - begin;
    let taken = 0;
    for (; next < instants.length && taken < free.length; next += 1, taken += 1) {
      const instant = instants[next] ?? 0;
      if (instant > now) break;
      const connection = free[taken];
      if (!connection) break;
      // A request that had to wait for a connection is the server's delay, not ours.
      late[next] = now - Math.max(instant, connection.since);
      connection.since = instant;
      connection.send(requests[next] ?? "");
    }
    if (taken > 0) free = free.slice(taken);
  }

  return {
    stop: () => void pacemaker.terminate(),
    start(connections) {
      free = [...connections];
      pacemaker.once("online", () => {
        // Time for the thread to get ready for the first instant.
        begin = clockMs() + 20;
        pacemaker.on("message", sendDue);
        pacemaker.postMessage({ instants, begin });
      });
    },
    onAnswer(connection, status) {
      const now = clockMs() - begin;
      results.add(status, now - connection.since);
      connection.since = now;
      free.push(connection);
      answers += 1;
      if (answers < instants.length) return sendDue();
      done(results.sum(now / 1_000, percentile(late.sort(), 0.99)));
    },
  };
}

/** Milliseconds from the start, increasing by exponential gaps; in memory that threads share. */
function drawInstants(perSecond: number, seconds: number, most: number): Float64Array<SharedArrayBuffer> {
  const drawn: number[] = [];
  let at = 0;
  while (drawn.length < most) {
    at += (-Math.log(1 - Math.random()) / perSecond) * 1_000;
    if (at > seconds * 1_000) break;
    drawn.push(at);
  }
  const instants = new Float64Array(new SharedArrayBuffer(drawn.length * 8));
  instants.set(drawn);
  return instants;
}
