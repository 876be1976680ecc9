import {
  type CallBudget,
  type Db,
  giveBackCallSlots,
  keepVerification,
  moveBreaker,
  type RaisedAlert,
  raiseAlert,
  takeCallSlots,
  takeDueChecks,
  type Verification,
} from "@verdict/db";
import { afterCall, alertOnBreaker, type Breaker, type CallEnding, CLOSED, type Product } from "@verdict/domain";
import type { Asked } from "./ask-provider.ts";
import { type CheckDeps, checkVerification } from "./check-verification.ts";
import { groupCommit } from "./group-commit.ts";
import { type Settling, settleRows } from "./settle-rows.ts";

export type CheckDueDeps = Pick<CheckDeps, "client" | "policy" | "now" | "newId" | "random"> & {
  db: Db;
  /** Hears of each alert once, when it is on record. */
  onAlert: (alert: RaisedAlert) => void;
  /** Hears that calls are held back, or flow again. */
  onBreaker: (budget: CallBudget, before: Breaker, after: Breaker) => void;
  /** Hears of a verification whose check broke; it stays due. */
  onError: (verificationId: string, error: unknown) => void;
  /** Waits so many milliseconds for a call of a budget to become free. */
  pause: (ms: number) => Promise<unknown>;
};

export type CheckDueOptions = {
  route: string;
  product: Product;
  /** Calls a second of each operation; null: no limit. */
  perSecond: number | null;
  /** Most questions under way at a time. */
  atATime: number;
};

export type Round = {
  /** So many questions were begun. */
  begun: number;
  /** There may be more to begin, in so many milliseconds; null: not before something becomes due. */
  moreInMs: number | null;
};

/** Longer than a call to the provider may take, and no longer: so long the work of a worker that died waits. */
const LEASE_MS = 15_000;

/** With less than this left of a lease, another call would not fit in. */
const CALL_MS = 11_000;

/** A call that another worker holds may be free again sooner than its lease tells. */
const LONGEST_PAUSE_MS = 250;

/**
 * Asks the provider about what is due of one route and product, under the budget that all workers share. `round` takes what
 * may be asked now and begins; `idle` resolves when all that was begun has ended. Answers that come together are settled in
 * one statement.
 */
export function checkDue(deps: CheckDueDeps, { route, product, perSecond, atATime }: CheckDueOptions) {
  const budgetOf = (operation: CallBudget["operation"]): CallBudget => ({ route, product, operation });
  const underWay = new Set<Promise<void>>();
  const limited = perSecond !== null;
  let known: Breaker = CLOSED;

  const settle = groupCommit<Settling>((batch) => settleRows(deps, batch));
  const giveBack = groupCommit<number>((slots) => giveBackCallSlots(deps.db, budgetOf("CheckResult"), slots));

  /** One provider answers all questions of a route and product, so there is one breaker for them. */
  async function hear(ending: CallEnding): Promise<void> {
    if (ending.kind === "answered" && known.state === "closed" && known.troubles === 0) return;
    const now = deps.now();
    const moved = await moveBreaker(
      deps.db,
      budgetOf("CheckResult"),
      CLOSED,
      (held) => afterCall(held, ending, now),
      now,
    );
    known = moved?.after ?? known;
    if (!moved || moved.before.state === moved.after.state) return;
    deps.onBreaker(budgetOf("CheckResult"), moved.before, moved.after);
    const alert = alertOnBreaker(moved.after);
    if (!alert) return;
    const raised = await raiseAlert(deps.db, { ...alert, id: deps.newId(), route, verificationId: null, at: now });
    if (raised) deps.onAlert(raised);
  }

  /** A verification is leased with a call for its first question, which is given back as soon as that is answered. */
  const callsOf = (leased: Verification, slot: number | undefined): CheckDeps["call"] => {
    const keep = leaseKeeper(leased);
    const first = async (ask: () => Promise<Asked>) => {
      const asked = await ask();
      if (slot !== undefined) await giveBack(slot);
      return asked;
    };
    const later = async (ask: () => Promise<Asked>) => {
      const held = limited ? await takeLater("CheckVerifyLog", keep) : [];
      await keep();
      const asked = await ask();
      if (held.length > 0) await giveBackCallSlots(deps.db, budgetOf("CheckVerifyLog"), held);
      return asked;
    };
    return async (operation, ask) => {
      const asked = await (operation === "CheckResult" ? first(ask) : later(ask));
      await hear(asked.ending);
      return asked;
    };
  };

  /** Extends a verification's lease when another call would not fit in. */
  function leaseKeeper({ id }: Verification): () => Promise<void> {
    let until = deps.now().getTime() + LEASE_MS;
    return async () => {
      const now = deps.now().getTime();
      if (until - now > CALL_MS) return;
      until = now + LEASE_MS;
      await keepVerification(deps.db, id, new Date(until));
    };
  }

  async function takeLater(operation: CallBudget["operation"], keep: () => Promise<void>): Promise<number[]> {
    for (;;) {
      await keep();
      const { slots, freeInMs } = await takeCallSlots(deps.db, budgetOf(operation), 1, LEASE_MS);
      if (slots.length > 0) return slots;
      await deps.pause(Math.min(LONGEST_PAUSE_MS, freeInMs));
    }
  }

  function begin(leased: Verification, slot: number | undefined): void {
    const asking = leased.transactionId !== null;
    const check = checkVerification({ ...deps, call: callsOf(leased, slot), settle }, leased)
      .then(() => (slot === undefined || asking ? undefined : giveBack(slot)))
      .catch((error: unknown) => deps.onError(leased.id, error))
      .finally(() => underWay.delete(check));
    underWay.add(check);
  }

  return {
    async round(): Promise<Round> {
      const room = atATime - underWay.size;
      if (room <= 0) return { begun: 0, moreInMs: 0 };
      const now = deps.now();
      const until = new Date(now.getTime() + LEASE_MS);
      const taken = await takeDueChecks(deps.db, route, product, { now, until, most: room, limited });
      known = taken.breaker ?? CLOSED;
      for (const [index, leased] of taken.verifications.entries()) begin(leased, taken.slots?.[index]);
      const begun = taken.verifications.length;
      if (taken.freeInMs !== null) return { begun, moreInMs: Math.min(LONGEST_PAUSE_MS, taken.freeInMs) };
      return { begun, moreInMs: begun === room ? 0 : null };
    },
    /** Resolves when one of the questions under way has ended, at once when there is none. */
    async oneEnds(): Promise<void> {
      if (underWay.size > 0) await Promise.race(underWay);
    },
    async idle(): Promise<void> {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
