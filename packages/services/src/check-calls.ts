import {
  type CallBudget,
  type Db,
  giveBackCallSlots,
  keepVerification,
  type TakenCall,
  takeCallSlots,
  type Verification,
} from "@verdict/db";
import type { Product } from "@verdict/domain";
import type { Asked } from "./ask-provider.ts";
import type { CheckDeps } from "./check-verification.ts";
import { groupCommit } from "./group-commit.ts";

export type CheckCallsDeps = {
  db: Db;
  now: () => Date;
  /** Waits for a call of a budget to become free: so many milliseconds, never less. Rejects when there is no time to wait. */
  pause: (ms: number) => Promise<unknown>;
  /** Milliseconds that have passed since some moment, to measure by. Default: this process's. */
  clock?: () => number;
};

/** Longer than a call to the provider may take, and no longer: so long the work of a worker that died waits. */
export const LEASE_MS = 15_000;

/** With less than this left of a lease, another call would not fit in. */
const CALL_MS = 11_000;

/** A call that another worker holds may be free again sooner than its lease tells. */
export const LONGEST_PAUSE_MS = 250;

/** A call that somebody else is just taking counts as free; soon it does not. */
export const SHORTEST_PAUSE_MS = 5;

type Ended = { call: TakenCall; answeredAt: number };

/** The calls of a route and product: made when they may be, and given back by the age of their answers. */
export function checkCalls(
  { db, now, pause, clock = () => performance.now() }: CheckCallsDeps,
  { route, product, limited }: { route: string; product: Product; limited: boolean },
) {
  const budgetOf = (operation: CallBudget["operation"]): CallBudget => ({ route, product, operation });
  const giveBackTogether = groupCommit<Ended>((ended) => giveBackAll("CheckResult", ended));
  const giveBack = (call: TakenCall): Promise<void> => giveBackTogether({ call, answeredAt: clock() });

  const giveBackAll = (operation: CallBudget["operation"], ended: readonly Ended[]): Promise<void> =>
    giveBackCallSlots(
      db,
      budgetOf(operation),
      ended.map(({ call, answeredAt }) => ({ ...call, answeredMsAgo: clock() - answeredAt })),
    );

  /** Extends a verification's lease when another call would not fit in. */
  function leaseKeeper({ id }: Verification): () => Promise<void> {
    let until = now().getTime() + LEASE_MS;
    return async () => {
      const at = now().getTime();
      if (until - at > CALL_MS) return;
      until = at + LEASE_MS;
      await keepVerification(db, id, new Date(until));
    };
  }

  async function takeOne(operation: CallBudget["operation"], keep: () => Promise<void>): Promise<TakenCall[]> {
    for (;;) {
      await keep();
      const { slots, freeInMs } = await takeCallSlots(db, budgetOf(operation), 1, LEASE_MS);
      if (slots.length > 0) return slots;
      await pause(Math.max(SHORTEST_PAUSE_MS, Math.min(LONGEST_PAUSE_MS, freeInMs)));
    }
  }

  return {
    clock,
    giveBack,
    /** False: its moment will not come, or this process stood still for so long that a call would outlive its lease. */
    async itsMoment({ inMs }: TakenCall, takenAt: number): Promise<boolean> {
      const leftMs = takenAt + inMs - clock();
      if (leftMs > 0 && !(await succeeds(pause(leftMs)))) return false;
      return clock() - takenAt <= LEASE_MS - CALL_MS;
    },
    /** A verification is leased with a call for its first question, which is given back as soon as that is answered. */
    callsOf(leased: Verification, call: TakenCall | undefined): CheckDeps["call"] {
      const keep = leaseKeeper(leased);
      const first = async (ask: () => Promise<Asked>) => {
        const asked = await ask();
        if (call) await giveBack(call);
        return asked;
      };
      const later = async (ask: () => Promise<Asked>) => {
        const held = limited ? await takeOne("CheckVerifyLog", keep) : [];
        await keep();
        const asked = await ask();
        const answeredAt = clock();
        const ended = held.map((one) => ({ call: one, answeredAt }));
        if (ended.length > 0) await giveBackAll("CheckVerifyLog", ended);
        return asked;
      };
      return (operation, ask) => (operation === "CheckResult" ? first(ask) : later(ask));
    },
  };
}

const succeeds = (waiting: Promise<unknown>): Promise<boolean> =>
  waiting.then(
    () => true,
    () => false,
  );
