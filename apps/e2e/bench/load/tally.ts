import type { Connection } from "./connection.ts";
import type { LoadResult } from "./messages.ts";

/** A way to send requests over open connections. */
export type Traffic = {
  start(connections: readonly Connection[]): void;
  onAnswer(connection: Connection, status: number): void;
  stop(): void;
};

export type Endings = { done: (result: LoadResult) => void };

/** Collects up to `room` answers. */
export function tally(room: number) {
  const latencies = new Float64Array(room);
  const statuses = new Map<number, number>();
  let answers = 0;
  return {
    add(status: number, latencyMs: number): void {
      latencies[answers++] = latencyMs;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    },
    sum(seconds: number, sentLate: number): LoadResult {
      const sorted = latencies.subarray(0, answers).sort();
      return {
        answers,
        seconds,
        statuses: Object.fromEntries(statuses),
        p50: percentile(sorted, 0.5),
        p99: percentile(sorted, 0.99),
        sentLate,
      };
    },
  };
}

/** The smallest value that so large a share of the sorted values does not exceed. 0 for none. */
export const percentile = (sorted: ArrayLike<number>, share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
