import type { CallRates } from "@verdict/runtime";

export const limitOf = (qps: CallRates, product: string | undefined): number | null =>
  Object.entries(qps).find(([name]) => name === product)?.[1] ?? null;

export type QpsWindow = "token-bucket" | "sliding-second";

export type Spent = { kind: "spent" } | { kind: "over"; retryAfterMs: number };

export type Budgets = {
  /** Spends one call of a budget, unless nothing is left of it: then it also says when there will be. */
  spend(budget: string, limit: number, window: QpsWindow, now: number): Spent;
};

const SECOND_MS = 1_000;

/**
 * One budget per access key, product and operation. `token-bucket` holds a second's worth and refills evenly, so right after
 * a pause nearly twice the rate can pass within one second; `sliding-second` never lets more than the rate through.
 */
export function createBudgets(): Budgets {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const passed = new Map<string, readonly number[]>();

  function spendToken(budget: string, limit: number, now: number): Spent {
    const { tokens: held, at } = buckets.get(budget) ?? { tokens: limit, at: now };
    const tokens = Math.min(limit, held + (Math.max(0, now - at) * limit) / SECOND_MS);
    const enough = tokens >= 1;
    buckets.set(budget, { tokens: enough ? tokens - 1 : tokens, at: now });
    return enough ? { kind: "spent" } : { kind: "over", retryAfterMs: Math.ceil(((1 - tokens) * SECOND_MS) / limit) };
  }

  function spendSlot(budget: string, limit: number, now: number): Spent {
    const recent = (passed.get(budget) ?? []).filter((at) => at > now - SECOND_MS);
    const [blocking] = recent.slice(-limit);
    const enough = recent.length < limit || blocking === undefined;
    passed.set(budget, enough ? [...recent, now] : recent);
    return enough ? { kind: "spent" } : { kind: "over", retryAfterMs: Math.max(1, blocking + SECOND_MS - now) };
  }

  return {
    spend: (budget, limit, window, now) =>
      window === "token-bucket" ? spendToken(budget, limit, now) : spendSlot(budget, limit, now),
  };
}
