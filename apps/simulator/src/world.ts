import type { Behaviour } from "./behaviour.ts";
import { type Budgets, createBudgets } from "./budgets.ts";
import { type CallLog, createCallLog } from "./call-log.ts";
import { type Clock, createClock, type Timers } from "./clock.ts";
import { createFaceGroups, type FaceGroups } from "./faces/face-groups.ts";
import type { FaceRule } from "./faces/face-rules.ts";
import { type FaultPlan, NO_FAULTS } from "./fault-plan.ts";
import { createMistakeStreaks, type MistakeStreaks } from "./mistake-streaks.ts";
import { createNonceMemory, type NonceMemory } from "./nonces.ts";
import { createTransactionStore, type TransactionStore } from "./transaction-store.ts";
import { createWishes, type Wishes } from "./wishes.ts";

/** Everything the simulator remembers. A reset leaves the old world to the calls that are still in it and makes a new one. */
export type World = {
  clock: Clock;
  transactions: TransactionStore;
  log: CallLog;
  nonces: NonceMemory;
  faults: FaultPlan;
  /** How it behaves where the documents are silent. */
  behaviour: Behaviour;
  budgets: Budgets;
  mistakes: MistakeStreaks;
  /** Answers a test has asked for. */
  wishes: Wishes;
  groups: FaceGroups;
  /** What a test says about single pictures. */
  faceRules: ReadonlyMap<string, FaceRule>;
  /** How many resets came before this world. */
  resets: number;
  /** The next number of a sequence, from 1. */
  count(sequence: string): number;
  /** Aborted when the world ends: nothing waits in it any longer. */
  over: AbortSignal;
  end(): void;
};

type Options = {
  timers: Timers;
  frozenAt: number | null;
  logEntries: number;
  idSeed: string;
  behaviour: Behaviour;
  resets: number;
};

const NONCES_KEPT = 100_000;

export function createWorld({ timers, frozenAt, logEntries, idSeed, behaviour, resets }: Options): World {
  const clock = createClock(timers, frozenAt);
  const counts = new Map<string, number>();
  const over = new AbortController();
  return {
    clock,
    transactions: createTransactionStore(),
    log: createCallLog(logEntries, clock.now),
    nonces: createNonceMemory(NONCES_KEPT),
    faults: NO_FAULTS,
    behaviour,
    budgets: createBudgets(),
    mistakes: createMistakeStreaks(),
    wishes: createWishes(),
    groups: createFaceGroups(`${idSeed}/${resets}`),
    faceRules: new Map(),
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
