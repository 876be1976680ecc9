import type { PreparedSession } from "../load/messages.ts";

/** What brings callbacks to their outcomes: a worker, alone or with its receiver. */
export type Runner = {
  name: string;
  /** Whose CPU counts, and the `provider` and `load` that make them work. */
  pids: Readonly<Record<string, number>>;
  /** About as many callbacks as it gets through in a second. */
  perSecond: number;
  /** Readies so many sessions and their callbacks; nothing is worked on yet. */
  layOut(callbacks: number): Promise<void>;
  /** Lets it begin. */
  start(): Promise<void>;
  /** Resolves when so many sessions have their outcome. */
  finish(callbacks: number): Promise<void>;
  /** How often each thing is on record that belongs to every callback. */
  onRecord(): Promise<Record<string, number>>;
  clear(): Promise<void>;
};

/** A worker alone: its callbacks are laid out in its queue. */
export type WorkerRunner = Runner & {
  /** Readies the sessions of callbacks that somebody else will send. */
  welcome(sessions: readonly PreparedSession[]): Promise<void>;
};
