import { DISCREPANCIES, type Discrepancy } from "../evidence.ts";

/** What a confirmed result or a claim may raise at once. */
export const SUB_CODE_RULES = ["liveness_attack", "device_risk", "duplicate_face"] as const;
export type SubCodeRule = (typeof SUB_CODE_RULES)[number];

/** What goes on, and is looked at every few seconds: it opens an alert, and its end resolves it. */
export const CONDITION_RULES = [
  "user_burst",
  "scene_burst",
  "route_burst",
  "forgery_wave",
  "callback_silence",
  "dead_letters",
  "quota_saturation",
  "backlog",
  "route_parked",
  "endpoint_undeliverable",
] as const;
export type ConditionRule = (typeof CONDITION_RULES)[number];

export type RuleName = SubCodeRule | ConditionRule | "retention_cliff" | `discrepancy.${Discrepancy}`;

/** Every rule that ships. */
export const RULE_NAMES: readonly RuleName[] = [
  ...SUB_CODE_RULES,
  ...CONDITION_RULES,
  "retention_cliff",
  ...DISCREPANCIES.map((type) => `discrepancy.${type}` as const),
];

const TITLES: Record<RuleName, string> = {
  liveness_attack: "Liveness risk, possibly an attack (205)",
  device_risk: "Refused by device or business policy (206)",
  duplicate_face: "The face is registered to somebody else (233)",
  user_burst: "One user fails again and again",
  scene_burst: "Many sessions of one scene fail",
  route_burst: "Many sessions of the route fail",
  forgery_wave: "Many callbacks without a genuine token",
  callback_silence: "Callbacks do not arrive as they used to",
  dead_letters: "Work was given up",
  quota_saturation: "More questions are due than the quota lets through",
  backlog: "Due work is not done",
  route_parked: "The provider refuses every call of the route",
  endpoint_undeliverable: "Events cannot be delivered to an endpoint",
  retention_cliff: "A result is missing and about to be deleted",
  "discrepancy.claim_contradicted": "A callback said something else than the provider",
  "discrepancy.result_changed": "The provider changed a result it had given",
  "discrepancy.mutated_replay": "A callback came again with another claim",
  "discrepancy.unknown_transaction": "A callback matches no session",
  "discrepancy.transaction_mismatch": "A callback names another session's transaction",
  "discrepancy.result_after_end": "Evidence came after the session had ended",
};

/** A rule in a few words, for a subject line. Names of rules that no longer ship are shown as they are. */
export const ruleTitle = (rule: string): string => (Object.hasOwn(TITLES, rule) ? TITLES[rule as RuleName] : rule);

/** Alerts are told together by rule and route, and where a rule watches scenes or endpoints, by that as well. */
export function alertGroupKey({
  rule,
  route,
  subject,
}: {
  rule: string;
  route: string;
  subject: string | null;
}): string {
  const apart = rule === "scene_burst" || rule === "endpoint_undeliverable";
  return apart && subject !== null ? `${rule}/${route}/${subject}` : `${rule}/${route}`;
}

/** The route of what concerns all of them. */
export const EVERY_ROUTE = "-";
