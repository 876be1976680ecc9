/** One call in, or one probe or callback out. `httpStatus` is null when no answer was given or received. */
export type LogEntry = {
  seq: number;
  /** ISO 8601, by the provider's own clock. In: when the call came. Out: when its end was known. */
  at: string;
  direction: "in" | "out";
  operation: string;
  transactionId: string | null;
  httpStatus: number | null;
  /** In: the `Code` of the answer. Out: Success, Refused, Timeout, Unreachable or Dropped. */
  code: string;
};

export type CallLog = {
  /** `at`: not given, now. */
  add(entry: Omit<LogEntry, "seq" | "at"> & { at?: number }): void;
  /** The entries with a higher number, oldest first. Only the latest `limit` entries are kept. */
  since(seq: number): LogEntry[];
};

export function createCallLog(limit: number, now: () => number): CallLog {
  const ring: LogEntry[] = [];
  let last = 0;
  return {
    add: (entry) => {
      last += 1;
      const { direction, operation, transactionId, httpStatus, code } = entry;
      const at = new Date(entry.at ?? now()).toISOString();
      ring[(last - 1) % limit] = { seq: last, at, direction, operation, transactionId, httpStatus, code };
    },
    since: (seq) => {
      const first = Math.max(seq, last - limit);
      const turn = last > limit ? last % limit : 0;
      const kept = [...ring.slice(turn), ...ring.slice(0, turn)];
      return kept.filter((entry) => entry.seq > first);
    },
  };
}
