import { callbackUrl, wrongToken } from "./callback-url.ts";
import { between, draw } from "./draw.ts";
import type { FaultPlan } from "./fault-plan.ts";
import { type Claim, opposite, PASS } from "./outcomes.ts";
import type { Transaction } from "./transactions.ts";

export type CallbackKind = "callback" | "retry" | "duplicate" | "mutated" | "forged" | "early" | "late" | "dropped";

/** One callback to send, on the provider's own clock. */
export type PlannedCallback = {
  kind: Exclude<CallbackKind, "retry" | "duplicate">;
  url: string;
  dueAt: number;
  /** Sent once more after the receiver has answered 200, so many milliseconds later. Null: once is enough. */
  repeatAfterMs: number | null;
};

/** How long after the end of its validity a late callback comes. */
const LATE_BY_MS = 1_000;

/** Whether the callback of a new session goes out before Initialize has answered. */
export const goesEarly = (plan: FaultPlan, ordinal: number): boolean =>
  draw(plan.seed, "callback", ordinal, "early") < plan.callbacks.early;

/**
 * The callbacks of a session that ended with `claim`: its own one, and perhaps a stranger's. Depends on nothing but the
 * plan, the session and the time. Empty when the session asked for none.
 */
export function planCallbacks(plan: FaultPlan, held: Transaction, claim: Claim, now: number): PlannedCallback[] {
  const { ordinal, early, callbackUrl: base, callbackToken: token, transactionId: id } = held;
  if (base === null) return [];
  const hit = (fault: "drop" | "duplicate" | "mutate" | "forge" | "late") =>
    draw(plan.seed, "callback", ordinal, fault) < plan.callbacks[fault];
  const delay = (of: "callback" | "duplicate" | "forged") =>
    between(plan.callbacks.delayMs, draw(plan.seed, "callback", ordinal, `delay of ${of}`));

  const late = !early && hit("late");
  const mutated = hit("mutate");
  const own: PlannedCallback = {
    kind: hit("drop") ? "dropped" : mutated ? "mutated" : early ? "early" : late ? "late" : "callback",
    url: callbackUrl(base, token, id, mutated ? opposite(claim) : claim),
    dueAt: early ? now : (late ? Math.max(now, held.expiresAt + LATE_BY_MS) : now) + delay("callback"),
    repeatAfterMs: hit("duplicate") ? delay("duplicate") : null,
  };
  if (!hit("forge")) return [own];
  const url = callbackUrl(base, wrongToken(token), id, PASS);
  return [own, { kind: "forged", url, dueAt: now + delay("forged"), repeatAfterMs: null }];
}
