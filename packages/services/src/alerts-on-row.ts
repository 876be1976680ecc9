import { type NewAlertOnRow, type Settlement, snapshotOf, type Verification } from "@verdict/db";
import { type AlertContent, type AlertRuleSettings, alertOnTelling, DEFAULT_ALERT_RULES } from "@verdict/domain";

/** What decides whether evidence raises an alert. */
export type Alerting = {
  rules: AlertRuleSettings;
  /** Whether people try things out on a route. */
  isTest: (route: string) => boolean;
};

export const DEFAULT_ALERTING: Alerting = { rules: DEFAULT_ALERT_RULES, isTest: () => false };

/** What evidence raises an alert by these rules, on these routes. */
export function alertingOf(
  rules: AlertRuleSettings,
  routes: readonly { slug: string; environment: "live" | "test" }[],
): Alerting {
  const tests = new Set(routes.filter(({ environment }) => environment === "test").map(({ slug }) => slug));
  return { rules, isTest: (route) => tests.has(route) };
}

type Deps = { at: Date; newId: () => string; alerting: Alerting };

/**
 * What somebody has to know of what a row has just become: that it was claimed, or that its result is known. Goes into the
 * settlement that writes the row, so that both are on record or neither is.
 */
export function alertsOnRow(
  before: Verification,
  after: Verification,
  deps: Deps,
): Required<Pick<Settlement, "alerts" | "answered">> {
  const { claim, result } = snapshotOf(after);
  const session = {
    product: after.product,
    test: deps.alerting.isTest(after.route),
    securityLevel: after.securityLevel,
  };
  if (result && before.passed === null) {
    const alert = alertOnTelling(session, { stage: "confirmed", result, claim }, deps.alerting.rules);
    const answered = [{ verificationId: after.id, rule: alert?.rule ?? null }];
    return { alerts: alert ? [alertOn(after, alert, deps)] : [], answered };
  }
  if (claim && before.claimPassed === null && !result) {
    const alert = alertOnTelling(session, { stage: "claimed", claim }, deps.alerting.rules);
    return { alerts: alert ? [alertOn(after, alert, deps)] : [], answered: [] };
  }
  return { alerts: [], answered: [] };
}

/** The same with what goes on with the row, whatever is decided next. */
export function alertsOfDecision(
  before: Verification,
  { row, alert }: { row: Verification; alert?: AlertContent | null | undefined },
  deps: Deps,
): ReturnType<typeof alertsOnRow> {
  const { alerts, answered } = alertsOnRow(before, row, deps);
  const goesOn = alert && deps.alerting.rules.retention_cliff.enabled;
  return { answered, alerts: goesOn ? [...alerts, alertOn(row, alert, deps)] : alerts };
}

/** An alert as it is written. Rules about what somebody did name them, by their hash, so that one can explain another. */
export const alertOn = (
  { id: verificationId, route, merchantUserHash }: Verification,
  { rule, severity, detail, confirmation = null }: AlertContent & Partial<Pick<NewAlertOnRow, "confirmation">>,
  { at, newId }: Pick<Deps, "at" | "newId">,
): NewAlertOnRow => ({
  id: newId(),
  rule,
  severity,
  route,
  verificationId,
  subject: confirmation === null ? null : merchantUserHash,
  detail,
  confirmation,
  openedAt: at,
});
