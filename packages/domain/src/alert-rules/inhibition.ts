import type { RuleName } from "./rules.ts";

/** An open alert, as far as one may make another unnecessary. */
export type OpenAlert = {
  id: string;
  rule: string;
  route: string;
  /** What of the route, by the rule: a scene, a product; the hash of the user for rules about sessions and users. */
  subject: string | null;
  confirmation: string | null;
};

type Inhibition = {
  source: RuleName;
  targets: readonly RuleName[];
  /** What both must have in common. */
  same: "route" | "user";
  /** Only once the provider has confirmed it. */
  confirmed?: boolean;
};

/** Who knows the cause need not be told of its effects. */
export const INHIBITIONS: readonly Inhibition[] = [
  { source: "route_parked", targets: ["callback_silence", "quota_saturation", "backlog"], same: "route" },
  { source: "quota_saturation", targets: ["backlog"], same: "route" },
  { source: "route_burst", targets: ["scene_burst"], same: "route" },
  { source: "liveness_attack", targets: ["user_burst"], same: "user", confirmed: true },
];

/** Which rules may make this one unnecessary. */
export const inhibitorsOf = (rule: string): RuleName[] =>
  INHIBITIONS.filter(({ targets }) => targets.some((target) => target === rule)).map(({ source }) => source);

/** The open alert that makes this one unnecessary; null: it is to be told. */
export function inhibitorOf(alert: OpenAlert, open: readonly OpenAlert[]): OpenAlert | null {
  for (const { source, targets, same, confirmed } of INHIBITIONS) {
    if (!targets.some((target) => target === alert.rule)) continue;
    const found = open.find(
      (other) =>
        other.rule === source &&
        other.route === alert.route &&
        (same === "route" || (other.subject !== null && other.subject === alert.subject)) &&
        (!confirmed || other.confirmation === "confirmed"),
    );
    if (found) return found;
  }
  return null;
}
