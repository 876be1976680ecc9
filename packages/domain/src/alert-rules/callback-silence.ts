import type { Condition, IsOpen } from "./condition.ts";
import type { AlertRuleSettings } from "./settings.ts";

/** Of sessions that got a result by asking: how many there were, and how many of them had a callback. */
type Counted = { ended: number; withCallback: number };

/** The latest sessions of a route, and those before them: its own history. */
export type RouteArrivals = { route: string; lately: Counted; before: Counted };

/** Ongoing silence is over when so large a part of what was usual arrives again. */
const BACK_TO_NORMAL = 0.8;

/** Routes on which callbacks have become so rare that chance does not explain it. Few sessions, as at night, say nothing. */
export const silencesIn = (
  arrivals: readonly RouteArrivals[],
  settings: AlertRuleSettings,
  isOpen: IsOpen,
): Condition[] => {
  const { enabled, severity, sessions, history, chance } = settings.callback_silence;
  const rule = "callback_silence";
  return arrivals.flatMap(({ route, lately, before }) => {
    if (!enabled || before.ended < history) return [];
    const usual = usualRatio(before);
    const open = isOpen({ rule, route, subject: null });
    const ratio = lately.ended === 0 ? 0 : lately.withCallback / lately.ended;
    // Nobody comes at night, and that does not mean that callbacks arrive again.
    const goesOn = open && (lately.ended < sessions || ratio < usual * BACK_TO_NORMAL);
    // Of many sessions a small drop is significant, but not yet silence.
    const begins =
      lately.ended >= sessions &&
      ratio < usual / 2 &&
      chanceOfAtMost(lately.withCallback, lately.ended, usual) < chance;
    if (!goesOn && !begins) return [];
    const detail = `${lately.withCallback} of the latest ${lately.ended} sessions had a callback; usual are ${Math.round(usual * 100)} %`;
    return [{ rule, severity, route, subject: null, detail }];
  });
};

/** Never quite 0 or 1: a history of a hundred callbacks out of a hundred does not make the next one certain. */
const usualRatio = ({ ended, withCallback }: Counted): number => (withCallback + 1) / (ended + 2);

/** The probability of at most `hits` in `trials` when each one has the probability `p`, 0 < p < 1: the binomial sum. */
export function chanceOfAtMost(hits: number, trials: number, p: number): number {
  let total = 0;
  // In logarithms, since the terms themselves are too small for numbers.
  let term = trials * Math.log1p(-p);
  for (let k = 0; k <= hits; k++) {
    total += Math.exp(term);
    term += Math.log((trials - k) / (k + 1)) + Math.log(p) - Math.log1p(-p);
  }
  return Math.min(1, total);
}
