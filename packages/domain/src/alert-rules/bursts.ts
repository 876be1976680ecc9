import { type Condition, type IsOpen, reaches } from "./condition.ts";
import type { AlertRuleSettings } from "./settings.ts";

/** Results confirmed within a rule's window, by user, by scene or by route. */
export type EndingCount = {
  by: "user" | "scene" | "route";
  route: string;
  /** The hash of the user, or the scene; null for the route. */
  subject: string | null;
  failed: number;
  ended: number;
};

const RULES = { user: "user_burst", scene: "scene_burst", route: "route_burst" } as const;

/** Who and what fails strikingly often at the moment. */
export const burstsIn = (counts: readonly EndingCount[], settings: AlertRuleSettings, isOpen: IsOpen): Condition[] =>
  counts.flatMap(({ by, route, subject, failed, ended }) => {
    const rule = RULES[by];
    const { enabled, severity, failures, window } = settings[rule];
    const share = by === "user" ? 0 : settings[RULES[by]].share;
    const many = reaches(failed, failures, isOpen({ rule, route, subject }));
    if (!enabled || !many || failed < share * ended) return [];
    const whose = { user: "of one user", scene: `of scene ${subject}`, route: "of the route" }[by];
    const detail = `${failed} of ${ended} sessions ${whose} failed within ${minutes(window)}`;
    return [{ rule, severity, route, subject, detail }];
  });

const minutes = (seconds: number): string => (seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`);

/** A confirmed result. */
export type Ending = { route: string; userHash: string; sceneCode: string | null; failed: boolean; at: Date };

/** Counts results as of a moment, as the database does for `burstsIn`. */
export function countEndings(endings: readonly Ending[], now: Date, settings: AlertRuleSettings): EndingCount[] {
  const counts = new Map<string, EndingCount>();
  for (const { route, userHash, sceneCode, failed, at } of endings) {
    const add = (by: EndingCount["by"], subject: string | null) => {
      const age = now.getTime() - at.getTime();
      if (age < 0 || age >= settings[RULES[by]].window * 1000) return;
      const key = JSON.stringify([by, route, subject]);
      const count = counts.get(key) ?? { by, route, subject, failed: 0, ended: 0 };
      counts.set(key, { ...count, failed: count.failed + (failed ? 1 : 0), ended: count.ended + 1 });
    };
    add("user", userHash);
    if (sceneCode !== null) add("scene", sceneCode);
    add("route", null);
  }
  return [...counts.values()];
}
