import { type CallLog, createCallLog } from "./call-log.ts";
import { type Clock, createClock, type Timers } from "./clock.ts";
import { type FaultPlan, NO_FAULTS } from "./fault-plan.ts";
import { createNonceMemory, type NonceMemory } from "./nonces.ts";
import { createTransactionStore, type TransactionStore } from "./transaction-store.ts";

/** Everything the simulator remembers. A reset leaves the old world to the calls that are still in it and makes a new one. */
export type World = {
  clock: Clock;
  transactions: TransactionStore;
  log: CallLog;
  nonces: NonceMemory;
  faults: FaultPlan;
  /** How many resets came before this world. */
  resets: number;
  /** The next number of a sequence, from 1. */
  count(sequence: string): number;
  /** Aborted when the world ends: nothing waits in it any longer. */
  over: AbortSignal;
  end(): void;
};

const NONCES_KEPT = 100_000;

export function createWorld(timers: Timers, logLimit: number, resets: number): World {
  const clock = createClock(timers);
  const counts = new Map<string, number>();
  const over = new AbortController();
  return {
    clock,
    transactions: createTransactionStore(),
    log: createCallLog(logLimit, clock.now),
    nonces: createNonceMemory(NONCES_KEPT),
    faults: NO_FAULTS,
    resets,
    count: (sequence) => {
      const next = (counts.get(sequence) ?? 0) + 1;
      counts.set(sequence, next);
      return next;
    },
    over: over.signal,
    end: () => {
      clock.stop();
      over.abort();
    },
  };
}
