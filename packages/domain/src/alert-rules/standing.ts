import type { Condition } from "./condition.ts";
import { EVERY_ROUTE } from "./rules.ts";
import type { AlertRuleSettings } from "./settings.ts";

/** Given-up work that nobody has put back. */
export type GivenUpCount = { route: string | null; kind: string; count: number };

/** Work that waits for a person. */
export function deadLettersIn(counts: readonly GivenUpCount[], settings: AlertRuleSettings): Condition[] {
  const { enabled, severity, count } = settings.dead_letters;
  const byRoute = Map.groupBy(counts, ({ route }) => route ?? EVERY_ROUTE);
  return [...byRoute].flatMap(([route, given]) => {
    const total = given.reduce((sum, one) => sum + one.count, 0);
    if (!enabled || total < count) return [];
    const kinds = given.map((one) => `${one.count} of kind ${one.kind}`).join(", ");
    return [{ rule: "dead_letters", severity, route, subject: null, detail: `Given up: ${kinds}` } as const];
  });
}

/** A breaker that waits for somebody to mend our settings or rights. */
export type ParkedBreaker = { route: string; code: string | null };

/** The alert about a route that is refused. It is raised when the breaker parks, and found again as long as it is parked. */
export const parkedDetail = (code: string | null): string => `The provider refuses every call of this route: ${code}`;

export function parkedIn(parked: readonly ParkedBreaker[], settings: AlertRuleSettings): Condition[] {
  const { enabled, severity } = settings.route_parked;
  const routes = new Map(parked.map(({ route, code }) => [route, code]));
  return [...routes].flatMap(([route, code]) =>
    enabled ? [{ rule: "route_parked", severity, route, subject: null, detail: parkedDetail(code) } as const] : [],
  );
}

/** An endpoint that has something to get and does not take it. */
export type FailingEndpoint = {
  id: string;
  /** Since when every attempt has failed. */
  failingSince: Date;
  disabled: boolean;
  /** It was disabled because it answered 410. */
  gone?: boolean;
};

export function undeliverableIn(
  endpoints: readonly FailingEndpoint[],
  now: Date,
  settings: AlertRuleSettings,
): Condition[] {
  const { enabled, severity, failing } = settings.endpoint_undeliverable;
  return endpoints.flatMap(({ id, failingSince, disabled, gone }) => {
    const seconds = (now.getTime() - failingSince.getTime()) / 1000;
    if (!enabled || (!disabled && seconds < failing)) return [];
    const detail = disabled
      ? `The endpoint was disabled ${gone ? "since it answered 410" : "after failing for too long"}; its events wait`
      : `The endpoint has taken nothing for ${Math.round(seconds / 60)} min`;
    return [{ rule: "endpoint_undeliverable", severity, route: EVERY_ROUTE, subject: id, detail } as const];
  });
}
