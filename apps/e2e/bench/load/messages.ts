import type { TokenKey } from "@verdict/domain";

/** A run that can begin at once, and begins once. */
export type PreparedLoad = {
  run(pace: Pace): Promise<LoadResult>;
  /** For one that is not run. */
  discard(): unknown;
};

/** What the bench asks of the load process, one order at a time. */
export type LoadOrder = ({ type: "prepare" } & Preparation) | { type: "run"; pace: Pace };

export type Preparation = {
  port: number;
  connections: number;
  key: TokenKey;
  /** `forged`: like genuine ones, but for a wrong MAC. */
  callbacks: "genuine" | "forged";
  /** So many different requests are made. */
  count: number;
  /** Begins again with the first request when all are sent; otherwise the run ends there. */
  repeat: boolean;
  /** Answer with the sessions, too. */
  tell: boolean;
  /** The status every answer should have. */
  expects: number;
  /** `node` tells every status and sends each request exactly once; `wrk` costs the machine a third of it. */
  generator: "node" | "wrk";
};

/**
 * `closed`: each connection sends when its answer is in. `paced`: requests start at random, so many a second on
 * average.
 */
export type Pace = { kind: "closed"; seconds: number } | { kind: "paced"; perSecond: number; seconds: number };

/** Ids in a prepared callback, for those who need a verification that fits. */
export type PreparedSession = { verificationId: string; transactionId: string };

export type LoadAnswer =
  | { type: "prepared"; sessions: PreparedSession[] }
  | ({ type: "ran" } & LoadResult)
  | { type: "failed"; reason: string };

export type LoadResult = {
  answers: number;
  /** From the first request to the last answer. */
  seconds: number;
  statuses: Record<string, number>;
  /** Milliseconds. Of a paced run from the intended time of sending, however late it really was sent. */
  p50: number;
  p99: number;
  /**
   * 99 % of a paced run's requests left at most so many milliseconds after they were due and had a connection; 0 for a
   * closed loop, null where the generator does not tell.
   */
  sentLate: number | null;
};
