import type { Severity } from "../alerts.ts";

/** What is not told for a while. A matcher that is null fits all; without any, everything is silent. */
export type Silence = {
  id: string;
  rule: string | null;
  route: string | null;
  severity: Severity | null;
  startsAt: Date;
  expiresAt: Date;
};

/** The silence that keeps a group from being told, and lasts longest; null: none does. */
export function silenceOf(
  group: { rule: string; route: string; severity: Severity },
  silences: readonly Silence[],
  now: Date,
): Silence | null {
  const fitting = silences.filter(
    ({ rule, route, severity, startsAt, expiresAt }) =>
      startsAt <= now &&
      now < expiresAt &&
      (rule === null || rule === group.rule) &&
      (route === null || route === group.route) &&
      (severity === null || severity === group.severity),
  );
  return fitting.toSorted((a, b) => b.expiresAt.getTime() - a.expiresAt.getTime())[0] ?? null;
}
