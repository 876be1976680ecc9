import type { Behaviour } from "./behaviour.ts";
import { callbackUrl, wrongToken } from "./callback-url.ts";
import { between, draw } from "./draw.ts";
import type { FaultPlan } from "./fault-plan.ts";
import { type Claim, opposite, PASS } from "./outcomes.ts";
import type { Transaction } from "./transactions.ts";

export type CallbackKind =
  | "callback"
  | "retry"
  | "duplicate"
  | "mutated"
  | "forged"
  | "early"
  | "late"
  | "reordered"
  | "dropped"
  | "replayed";

/** One callback to send, on the provider's own clock. */
export type PlannedCallback = {
  kind: Exclude<CallbackKind, "retry" | "duplicate">;
  url: string;
  dueAt: number;
  /** Sent once more after the receiver has accepted it, so many milliseconds later. Null: once is enough. */
  repeatAfterMs: number | null;
};

/** What a plan is made from: the faults in force, and how the provider behaves otherwise. */
export type Conditions = { faults: FaultPlan; behaviour: Behaviour };

/** How long after the end of its validity a late callback comes. */
const LATE_BY_MS = 1_000;

/** How long a callback is held back so that those of later sessions overtake it. */
const OVERTAKEN_WITHIN_MS = [2_000, 6_000] as const;

/** Whether the callback of a new session goes out before Initialize has answered. */
export const goesEarly = (plan: FaultPlan, ordinal: number): boolean =>
  draw(plan.seed, "callback", ordinal, "early") < plan.callbacks.early;

/** Whether the receiver seems unreachable although it is not. */
export const failsProbe = (plan: FaultPlan, ordinal: number): boolean =>
  draw(plan.seed, "callback", ordinal, "probeFail") < plan.callbacks.probeFail;

/**
 * The callbacks of a session that ended with `claim`: its own one, and perhaps a stranger's. Depends on nothing but the
 * plan, the session and the time. Empty when the session asked for none.
 */
export function planCallbacks(
  { faults, behaviour }: Conditions,
  held: Transaction,
  claim: Claim,
  now: number,
): PlannedCallback[] {
  const { ordinal, early, callbackUrl: base, callbackToken: token, transactionId } = held;
  if (base === null) return [];
  const drawn = (what: string) => draw(faults.seed, "callback", ordinal, what);
  const hit = (fault: "drop" | "duplicate" | "mutate" | "forge" | "late" | "reorder" | "spelling") =>
    drawn(fault) < faults.callbacks[fault];
  const delay = (of: "callback" | "duplicate" | "forged") => between(faults.callbacks.delayMs, drawn(`delay of ${of}`));

  const late = !early && hit("late");
  const reordered = !early && !late && hit("reorder");
  const mutated = hit("mutate");
  const wire = hit("spelling")
    ? { ...behaviour, callbackSpelling: otherSpelling(behaviour, drawn("which")) }
    : behaviour;
  const finishedAt = behaviour.callbackWhen === "ready" ? Math.max(now, held.outcome?.readyAt ?? now) : now;
  const own: PlannedCallback = {
    kind: kindOf({ dropped: hit("drop"), mutated, early, late, reordered }),
    url: callbackUrl(base, { token, transactionId, claim: mutated ? opposite(claim) : claim }, wire),
    dueAt: early
      ? now
      : (late ? Math.max(finishedAt, held.expiresAt + LATE_BY_MS) : finishedAt) +
        delay("callback") +
        (reordered ? between(OVERTAKEN_WITHIN_MS, drawn("overtaken")) : 0),
    repeatAfterMs: hit("duplicate") ? delay("duplicate") : null,
  };
  if (!hit("forge")) return [own];
  const url = callbackUrl(base, { token: wrongToken(token), transactionId, claim: PASS }, wire);
  return [own, { kind: "forged", url, dueAt: now + delay("forged"), repeatAfterMs: null }];
}

type Special = "dropped" | "mutated" | "early" | "late" | "reordered";

/** What a callback is called when several things happen to it: the first of them. */
const kindOf = (happens: Record<Special, boolean>): Special | "callback" =>
  (["dropped", "mutated", "early", "late", "reordered"] as const).find((kind) => happens[kind]) ?? "callback";

function otherSpelling({ callbackSpelling }: Behaviour, drawn: number): Behaviour["callbackSpelling"] {
  const others = (["prose", "lower", "pascal", "sample"] as const).filter((spelling) => spelling !== callbackSpelling);
  return others[Math.floor(drawn * others.length)] ?? "lower";
}
