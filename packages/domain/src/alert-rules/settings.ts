import type { Severity } from "../alerts.ts";

/** What every rule can be told. */
export type RuleSettings = { enabled: boolean; severity: Severity };

/** When the rules fire. Times in seconds. Discrepancies have none of their own: each raises its alert, always. */
export type AlertRuleSettings = {
  liveness_attack: RuleSettings;
  /** Quiet where somebody is expected to try things out, unless told otherwise. */
  device_risk: RuleSettings & { onTestRoutes: boolean; onStandardSecurity: boolean };
  duplicate_face: RuleSettings;
  /** So many failed sessions of one user within the window. */
  user_burst: RuleSettings & { failures: number; window: number };
  /** So many within the window, if they are at least that share of all that got a result. */
  scene_burst: RuleSettings & { failures: number; window: number; share: number };
  route_burst: RuleSettings & { failures: number; window: number; share: number };
  /** Refusals within an hour from one network, or of a route in all; over after so long without any. */
  forgery_wave: RuleSettings & { perSource: number; perRoute: number; quiet: number };
  /**
   * Fires when so few of the latest sessions had a callback that, by the route's own history, chance would bring that with a
   * probability below `chance`. Fewer sessions within the window, or a shorter history, tell nothing.
   */
  callback_silence: RuleSettings & { sessions: number; window: number; history: number; chance: number };
  dead_letters: RuleSettings & { count: number };
  /** How long the quota takes to let through what is due. */
  quota_saturation: RuleSettings & { drain: number };
  /** How long the oldest due work has waited. */
  backlog: RuleSettings & { oldest: number };
  route_parked: RuleSettings;
  /** How long an endpoint has taken nothing while there was something to deliver; one that was disabled for it fires at once. */
  endpoint_undeliverable: RuleSettings & { failing: number };
  retention_cliff: RuleSettings;
};

const critical = { enabled: true, severity: "critical" } as const;
const warning = { enabled: true, severity: "warning" } as const;

export const DEFAULT_ALERT_RULES: AlertRuleSettings = {
  liveness_attack: critical,
  device_risk: { ...warning, onTestRoutes: false, onStandardSecurity: false },
  duplicate_face: warning,
  user_burst: { ...warning, failures: 5, window: 600 },
  scene_burst: { ...warning, failures: 50, window: 300, share: 0.5 },
  route_burst: { ...critical, failures: 200, window: 300, share: 0.5 },
  forgery_wave: { ...warning, perSource: 200, perRoute: 2_000, quiet: 600 },
  callback_silence: { ...critical, sessions: 10, window: 1_800, history: 50, chance: 0.001 },
  dead_letters: { ...critical, count: 1 },
  quota_saturation: { ...warning, drain: 300 },
  backlog: { ...critical, oldest: 120 },
  route_parked: critical,
  endpoint_undeliverable: { ...warning, failing: 900 },
  retention_cliff: critical,
};
