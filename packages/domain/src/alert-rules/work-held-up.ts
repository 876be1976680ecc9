import { drainSeconds } from "../drain-seconds.ts";
import type { Product } from "../status.ts";
import { type Condition, type IsOpen, reaches } from "./condition.ts";
import { EVERY_ROUTE } from "./rules.ts";
import type { AlertRuleSettings } from "./settings.ts";

/** What is due of a route and product. */
export type DueLine = {
  route: string;
  product: Product;
  due: number;
  /** Calls a second; null: no limit. */
  perSecond: number | null;
  oldestDueAt: Date | null;
  /** Calls are held back because the provider does not answer: a breaker's business, and no backlog of ours. */
  heldBack: boolean;
};

/** Work that does not belong to a route yet. */
export type WaitingWork = { what: "receipts" | "batches" | "notifications" | "deliveries"; oldestDueAt: Date };

/** Where more is due than the quota lets through in time. */
export const saturationIn = (lines: readonly DueLine[], settings: AlertRuleSettings, isOpen: IsOpen): Condition[] => {
  const { enabled, severity, drain } = settings.quota_saturation;
  const rule = "quota_saturation";
  return lines.flatMap(({ route, product, due, perSecond, heldBack }) => {
    const seconds = drainSeconds(due, perSecond);
    const open = isOpen({ rule, route, subject: product });
    if (!enabled || heldBack || !reaches(seconds, drain, open)) return [];
    const detail = `${due} questions about ${product} are due; at ${perSecond} a second that takes ${Math.round(seconds)} s`;
    return [{ rule, severity, route, subject: product, detail }];
  });
};

/** Where due work has waited too long, whoever is to blame: no worker, a slow database, too little quota. */
export function backlogsIn(
  lines: readonly DueLine[],
  waiting: readonly WaitingWork[],
  now: Date,
  settings: AlertRuleSettings,
  isOpen: IsOpen,
): Condition[] {
  const { enabled, severity, oldest } = settings.backlog;
  const rule = "backlog";
  const questions = lines.flatMap(({ route, product, oldestDueAt, heldBack }) =>
    oldestDueAt && !heldBack
      ? [{ route, subject: product as string, oldestDueAt, what: `a question about ${product}` }]
      : [],
  );
  const others = waiting.map(({ what, oldestDueAt }) => ({ route: EVERY_ROUTE, subject: what, oldestDueAt, what }));
  return [...questions, ...others].flatMap(({ route, subject, oldestDueAt, what }) => {
    const age = (now.getTime() - oldestDueAt.getTime()) / 1000;
    if (!enabled || !reaches(age, oldest, isOpen({ rule, route, subject }))) return [];
    return [{ rule, severity, route, subject, detail: `${what}: due for ${Math.round(age)} s` }];
  });
}
