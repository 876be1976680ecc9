import { field, got } from "@verdict/runtime";
import { z } from "zod";

/** The products that have a rate of their own here (provider notes, section 2.6). */
const LIMITED = ["FACE_VERIFY", "ID_OCR", "FACE_IDU_MIN"] as const;

export type LimitedProduct = (typeof LIMITED)[number];

/** Calls per second by product. One that is not named has no limit; `{}` is "off". */
export type Qps = Readonly<Partial<Record<LimitedProduct, number>>>;

const RATE_MAX = 10_000;
const isLimited = (name: string | undefined): name is LimitedProduct => LIMITED.some((product) => product === name);

const fromText = field({
  expected: `off, or rates like FACE_VERIFY=50,ID_OCR=10 for ${LIMITED.join(", ")}`,
  parse: (text) => {
    if (text === "off") return {};
    const rates: Partial<Record<LimitedProduct, number>> = {};
    for (const part of text.split(",")) {
      const [, name, rate] = /^\s*([A-Z_]+)=(\d{1,5})\s*$/.exec(part) ?? [];
      if (!isLimited(name) || name in rates || Number(rate) < 1 || Number(rate) > RATE_MAX) return got(text);
      rates[name] = Number(rate);
    }
    return rates;
  },
});

const toText = (rates: Readonly<Record<string, number>>): string =>
  Object.entries(rates)
    .map(([product, rate]) => `${product}=${rate}`)
    .join(",") || "off";

/** As text, or as it is shown: `{"ID_OCR": 10}`. */
export const budgetList: z.ZodType<Qps> = z
  .union([z.string(), z.record(z.string(), z.number())], "expected text or rates by product")
  .transform((given) => (typeof given === "string" ? given : toText(given)))
  .pipe(fromText);

export const limitOf = (qps: Qps, product: string | undefined): number | null =>
  isLimited(product) ? (qps[product] ?? null) : null;

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
