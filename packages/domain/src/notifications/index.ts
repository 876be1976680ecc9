export {
  type AlertGroup,
  NOTIFICATION_KINDS,
  NOTIFICATION_STATES,
  type NotificationKind,
  type NotificationPlan,
  type NotificationState,
  type PlanInput,
  type PlannedChannel,
  planNotifications,
  type Told,
} from "./plan.ts";
export { DEFAULT_NOTIFICATION_POLICY, type NotificationPolicy, nextAttemptAt, type Patience } from "./policy.ts";
export { type Silence, silenceOf } from "./silences.ts";
