import {
  type CallBudget,
  moveBreaker,
  type RaisedAlert,
  raiseAlert,
  releaseVerification,
  type TakenCall,
  takeCallsAtOnce,
  takeDueChecks,
  type Verification,
} from "@verdict/db";
import { afterCall, alertOnBreaker, type Breaker, type CallEnding, CLOSED, type Product } from "@verdict/domain";
import type { Alerting } from "./alerts-on-row.ts";
import { type AskAtOnce, askTogether, NOT_ASKED } from "./ask-at-once.ts";
import { type CheckCallsDeps, checkCalls, LEASE_MS, LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS } from "./check-calls.ts";
import { askAbout, type CheckDeps, checkVerification } from "./check-verification.ts";
import type { Answers } from "./decide-receipts.ts";
import { groupCommit } from "./group-commit.ts";
import { places } from "./places.ts";
import { type Settling, settleRows } from "./settle-rows.ts";

export type CheckDueDeps = Pick<CheckDeps, "client" | "policy" | "newId" | "random" | "cipher"> &
  CheckCallsDeps & {
    /** Hears of each alert once, when it is on record. */
    onAlert: (alert: RaisedAlert) => void;
    /** Absent: rules as they ship, no route for tests. */
    alerting?: Alerting;
    /** Hears that calls are held back, or flow again. */
    onBreaker: (budget: CallBudget, before: Breaker, after: Breaker) => void;
    /** Hears of a verification whose check broke; it stays due. */
    onError: (verificationId: string, error: unknown) => void;
  };

export type CheckDueOptions = {
  route: string;
  product: Product;
  /** Calls a second of each operation; null: no limit. */
  perSecond: number | null;
  /** Most questions under way at a time. */
  atATime: number;
  /** How long before they are free calls are taken, in milliseconds. */
  aheadMs?: number;
};

export type Round = {
  /** So many questions were begun. */
  begun: number;
  /** There may be more to begin, in so many milliseconds; null: not before something becomes due. */
  moreInMs: number | null;
};

/**
 * Calls are taken so long before they are free, and each is made at its moment: what taking them costs passes meanwhile,
 * and several are taken at once. What becomes due in that time waits so much longer at the most.
 */
const AHEAD_MS = 200;

/**
 * Asks the provider about what is due of one route and product, under the budget that all workers share. `round` takes what
 * may be asked now and begins; `idle` resolves when all that was begun has ended. Answers that come together are settled in
 * one statement.
 */
export function checkDue(
  deps: CheckDueDeps,
  { route, product, perSecond, atATime, aheadMs = AHEAD_MS }: CheckDueOptions,
) {
  const budget: CallBudget = { route, product, operation: "CheckResult" };
  const underWay = new Set<Promise<void>>();
  const room = places(atATime);
  const limited = perSecond !== null;
  let known: Breaker = CLOSED;

  const settle = groupCommit<Settling>((batch) => settleRows(deps, batch));
  const { clock, giveBack, itsMoment, callsOf } = checkCalls(deps, { route, product, limited });

  /** One provider answers all questions of a route and product, so there is one breaker for them. */
  async function hear(ending: CallEnding): Promise<void> {
    if (ending.kind === "answered" && known.state === "closed" && known.troubles === 0) return;
    const now = deps.now();
    const moved = await moveBreaker(deps.db, budget, CLOSED, (held) => afterCall(held, ending, now), now);
    known = moved?.after ?? known;
    if (!moved || moved.before.state === moved.after.state) return;
    deps.onBreaker(budget, moved.before, moved.after);
    const alert = alertOnBreaker(moved.after);
    if (!alert || deps.alerting?.rules.route_parked.enabled === false) return;
    const raised = await raiseAlert(deps.db, { ...alert, id: deps.newId(), route, verificationId: null, at: now });
    if (raised) deps.onAlert(raised);
  }

  function begin(leased: Verification, call: TakenCall | undefined, takenAt: number): void {
    track(carryOut(leased, call, takenAt).catch((error: unknown) => deps.onError(leased.id, error)));
  }

  function track(question: Promise<void>): void {
    underWay.add(question);
    void question.finally(() => underWay.delete(question));
  }

  /** Makes calls whose endings everybody hears of. */
  function heardCalls(leased: Verification, call: TakenCall | undefined): CheckDeps["call"] {
    const make = callsOf(leased, call);
    return async (operation, ask) => {
      const asked = await make(operation, ask);
      await hear(asked.ending);
      return asked;
    };
  }

  async function carryOut(leased: Verification, call: TakenCall | undefined, takenAt: number): Promise<void> {
    await room.take();
    try {
      await askInItsMoment(leased, call, takenAt);
    } finally {
      room.leave();
    }
  }

  async function askInItsMoment(leased: Verification, call: TakenCall | undefined, takenAt: number): Promise<void> {
    if (call && !(await itsMoment(call, takenAt))) {
      await releaseVerification(deps.db, leased.id);
      return giveBack(call);
    }
    await checkVerification({ ...deps, call: heardCalls(leased, call), settle }, leased);
    if (call && leased.transactionId === null) await giveBack(call);
  }

  const askAtOnce: AskAtOnce = async (claimed) => {
    // A call that is counted is not kept waiting for a place.
    const most = limited ? Math.min(claimed.length, room.free) : claimed.length;
    if (most === 0) return NOT_ASKED;
    const until = new Date(deps.now().getTime() + LEASE_MS);
    const calls = await takeCallsAtOnce(deps.db, budget, { most, limited, leaseMs: LEASE_MS }).catch(() => []);
    // They are not given while calls are held back; another worker may have been the one to find that out.
    if (calls.length > 0 && known.state !== "closed") known = CLOSED;
    const questions = calls.flatMap((call, index) => {
      const verification = claimed[index];
      if (!verification) return [];
      const failed = (error: unknown) => deps.onError(verification.id, error);
      const asks = { ...deps, policy: deps.policy, call: heardCalls(verification, call ?? undefined) };
      return {
        verification,
        until,
        ask: () => askAbout(asks, verification),
        settle: (loaded: Verification, answers: Answers) => settle({ loaded, ...answers }),
        failed,
        notAsked: async () => {
          if (call) await giveBack(call).catch(failed);
        },
      };
    });
    return askTogether(questions, { places: room, mayAsk: () => known.state === "closed", underWay: track });
  };

  return {
    /** Asks about verifications of this route and product, as far as calls are free at this moment. */
    askAtOnce,
    async round(): Promise<Round> {
      const most = room.free;
      if (most === 0) return { begun: 0, moreInMs: 0 };
      const now = deps.now();
      const until = new Date(now.getTime() + LEASE_MS);
      const takeOptions = { now, until, most, limited, aheadMs };
      const taken = await takeDueChecks(deps.db, route, product, takeOptions);
      const takenAt = clock();
      known = taken.breaker ?? CLOSED;
      for (const [index, leased] of taken.verifications.entries()) begin(leased, taken.calls?.[index], takenAt);
      const begun = taken.verifications.length;
      if (taken.freeInMs !== null) return { begun, moreInMs: nextLookInMs(taken.freeInMs, aheadMs) };
      return { begun, moreInMs: begun === most ? 0 : null };
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

/** Late enough for several calls to be within reach, early enough for the first. */
const nextLookInMs = (freeInMs: number, aheadMs: number): number =>
  Math.max(SHORTEST_PAUSE_MS, Math.min(LONGEST_PAUSE_MS, freeInMs - aheadMs / 2));
