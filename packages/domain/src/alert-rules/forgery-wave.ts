import { type Condition, type IsOpen, reaches } from "./condition.ts";
import type { AlertRuleSettings } from "./settings.ts";

/** Refusals of one hour, as the ledger counts them. */
export type RefusedCount = { route: string; reason: string; source: string; times: number; lastAt: Date };

/** What a stranger without a genuine token is refused for. Probes of routes nobody configured are not forged callbacks. */
const FORGED = new Set(["token_missing", "token_malformed", "token_unknown_key", "token_forged"]);

/** Routes on which somebody tries forged tokens in numbers. Of the hour that runs and the one before, each by itself. */
export function forgeriesIn(
  hours: readonly (readonly RefusedCount[])[],
  now: Date,
  settings: AlertRuleSettings,
  isOpen: IsOpen,
): Condition[] {
  const { enabled, severity, perSource, perRoute, quiet } = settings.forgery_wave;
  if (!enabled) return [];
  const rule = "forgery_wave";
  const waves = new Map<string, Condition>();
  for (const counts of hours) {
    for (const [route, forged] of Map.groupBy(
      counts.filter(({ reason }) => FORGED.has(reason)),
      byRoute,
    )) {
      const lately = forged.some(({ lastAt }) => now.getTime() - lastAt.getTime() < quiet * 1000);
      const open = isOpen({ rule, route, subject: null });
      const total = sum(forged);
      const sources = [...Map.groupBy(forged, ({ source }) => source)].map(([source, rows]) => ({
        source,
        times: sum(rows),
      }));
      const worst = sources.reduce((most, one) => (one.times > most.times ? one : most));
      // `*` counts all networks beyond the rows of an hour: no single source.
      const one = worst.source !== "*" && reaches(worst.times, perSource, open);
      if (!lately || !(one || reaches(total, perRoute, open))) continue;
      const detail = `${total} callbacks without a genuine token within an hour, ${worst.times} of them from ${nameOf(worst.source)}`;
      waves.set(route, { rule, severity, route, subject: null, detail });
    }
  }
  return [...waves.values()];
}

const byRoute = ({ route }: RefusedCount): string => route;
const sum = (counts: readonly RefusedCount[]): number => counts.reduce((total, { times }) => total + times, 0);
const nameOf = (source: string): string => (source === "*" ? "many networks" : source);
