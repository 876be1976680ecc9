export { burstsIn, countEndings, type Ending, type EndingCount } from "./bursts.ts";
export { chanceOfAtMost, type RouteArrivals, silencesIn } from "./callback-silence.ts";
export type { Condition, IsOpen } from "./condition.ts";
export { forgeriesIn, type RefusedCount } from "./forgery-wave.ts";
export { INHIBITIONS, inhibitorOf, inhibitorsOf, type OpenAlert } from "./inhibition.ts";
export { type Facts, judgeConditions, NO_FACTS } from "./judge-conditions.ts";
export {
  alertOnTelling,
  type Confirmation,
  type SubCodeAlert,
  type Telling,
  type WatchedSession,
} from "./on-telling.ts";
export {
  alertGroupKey,
  CONDITION_RULES,
  type ConditionRule,
  EVERY_ROUTE,
  RULE_NAMES,
  type RuleName,
  ruleTitle,
  SUB_CODE_RULES,
  type SubCodeRule,
} from "./rules.ts";
export { type AlertRuleSettings, DEFAULT_ALERT_RULES, type RuleSettings } from "./settings.ts";
export { type FailingEndpoint, type GivenUpCount, type ParkedBreaker, parkedDetail } from "./standing.ts";
export type { DueLine, WaitingWork } from "./work-held-up.ts";
