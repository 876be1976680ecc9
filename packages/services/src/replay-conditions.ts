import type { PastEnding } from "@verdict/db";
import { type AlertRuleSettings, burstsIn, type EndingCount, EVERY_ROUTE, silencesIn } from "@verdict/domain";

/** A moment at which a rule would have fired. */
export type Firing = {
  at: Date;
  route: string;
  /** The verification or the scene it would have been about. Users are not named. */
  about: string | null;
  detail: string;
};

type BurstRule = "user_burst" | "scene_burst" | "route_burst";
const BY = { user_burst: "user", scene_burst: "scene", route_burst: "route" } as const;

/** Plays results in the order they were confirmed; a burst that goes on fires once. */
export function replayBursts(endings: readonly PastEnding[], rule: BurstRule, rules: AlertRuleSettings): Firing[] {
  const recent = new Map<string, PastEnding[]>();
  const open = new Set<string>();
  const firings: Firing[] = [];
  for (const ending of endings) {
    const subject = { user: ending.userHash, scene: ending.sceneCode, route: null }[BY[rule]];
    if (rule === "scene_burst" && subject === null) continue;
    const key = JSON.stringify([ending.route, subject]);
    const since = ending.at.getTime() - rules[rule].window * 1_000;
    const kept = (recent.get(key) ?? []).filter(({ at }) => at.getTime() > since);
    kept.push(ending);
    recent.set(key, kept);
    const failed = kept.filter((one) => one.failed).length;
    const count: EndingCount = { by: BY[rule], route: ending.route, subject, failed, ended: kept.length };
    const [found] = burstsIn([count], rules, () => open.has(key));
    if (!found) open.delete(key);
    if (!found || open.has(key)) continue;
    open.add(key);
    firings.push({
      at: ending.at,
      route: ending.route,
      about: rule === "scene_burst" ? subject : null,
      detail: found.detail,
    });
  }
  return firings;
}

/** As many as the watcher looks at. */
const [LATEST, HISTORY] = [100, 2_000];

/** Plays results that were asked for, route by route: each time against what had been usual until then. */
export function replaySilence(endings: readonly PastEnding[], rules: AlertRuleSettings): Firing[] {
  const asked = endings.filter(({ byCheck }) => byCheck);
  const firings = [...Map.groupBy(asked, ({ route }) => route)].flatMap(([route, rows]) =>
    replayRoute(route, rows, rules),
  );
  return firings.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

function replayRoute(route: string, rows: readonly PastEnding[], rules: AlertRuleSettings): Firing[] {
  // How many had a callback, up to each row: any stretch is a difference.
  const sums = [0];
  for (const { withCallback } of rows) sums.push((sums.at(-1) ?? 0) + (withCallback ? 1 : 0));
  const counted = (from: number, to: number) => ({
    ended: to - from,
    withCallback: (sums[to] ?? 0) - (sums[from] ?? 0),
  });
  const firings: Firing[] = [];
  let [start, openSince] = [0, -1];
  for (const [index, { at }] of rows.entries()) {
    const since = at.getTime() - rules.callback_silence.window * 1_000;
    while ((rows[start]?.at.getTime() ?? since + 1) <= since) start += 1;
    const lately = Math.max(start, index + 1 - LATEST);
    const usualUntil = openSince >= 0 ? openSince : lately;
    const arrivals = {
      ...{ route, lately: counted(lately, index + 1) },
      before: counted(Math.max(0, usualUntil - HISTORY), usualUntil),
    };
    const [found] = silencesIn([arrivals], rules, () => openSince >= 0);
    if (found && openSince < 0) {
      firings.push({ at, route, about: null, detail: found.detail });
      openSince = lately;
    }
    if (!found) openSince = -1;
  }
  return firings;
}

type PastWork = { route: string | null; at: Date; endedAt: Date | null };

/** Work that was given up when none of its route was waiting, or not enough of it. */
export function replayGivenUp(work: readonly PastWork[], rules: AlertRuleSettings): Firing[] {
  const { enabled, count } = rules.dead_letters;
  const firings: Firing[] = [];
  for (const [route, rows] of Map.groupBy(work, (one) => one.route ?? EVERY_ROUTE)) {
    for (const [index, { at }] of rows.entries()) {
      const waiting = rows.slice(0, index).filter(({ endedAt }) => endedAt === null || endedAt > at).length;
      if (enabled && waiting === count - 1) firings.push({ at, route, about: null, detail: `Given up: ${count}` });
    }
  }
  return firings.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}
