import type { AlertContent } from "../alerts.ts";
import type { Claim, Result } from "../evidence.ts";
import type { Product } from "../status.ts";
import { describeSubCode } from "../sub-codes.ts";
import type { SubCodeRule } from "./rules.ts";
import type { AlertRuleSettings } from "./settings.ts";

/** A session as far as alerts on what it ended with are concerned. */
export type WatchedSession = {
  product: Product;
  /** Of a route on which people try things out. */
  test: boolean;
  /** As it was started; null where another system did, or the product knows none. */
  securityLevel: string | null;
};

/** What somebody says about a session: a callback, which is no proof, or the provider. */
export type Telling = { stage: "claimed"; claim: Claim } | { stage: "confirmed"; result: Result; claim: Claim | null };

/** `unconfirmed` until the provider has been asked. */
export type Confirmation = "unconfirmed" | "confirmed";

export type SubCodeAlert = AlertContent & { rule: SubCodeRule; confirmation: Confirmation };

/**
 * Which alert a claim or a confirmed result raises. A claim raises it as well, since somebody has to know within seconds; it
 * is marked and becomes confirmed, or ends, with the result. Judged by sub-code alone: the provider's own examples show a 205
 * beside a passed session (provider notes, section 4.4). Sub-codes are a namespace of the product (section 6), and documents
 * have none we could read: there a 205 or 206 is taken for what it means elsewhere, rather than missed.
 */
export function alertOnTelling(
  session: WatchedSession,
  telling: Telling,
  settings: AlertRuleSettings,
): SubCodeAlert | null {
  const subCode = subCodeOf(telling);
  const rule = subCode === null ? null : ruleFor(session, subCode, settings);
  if (!rule || subCode === null || !settings[rule].enabled) return null;
  const said = describeSubCode(session.product, subCode);
  return telling.stage === "claimed"
    ? { ...raised(rule, settings), detail: `A callback says ${said}; not confirmed yet`, confirmation: "unconfirmed" }
    : { ...raised(rule, settings), detail: `The provider confirms ${said}`, confirmation: "confirmed" };
}

const raised = (rule: SubCodeRule, settings: AlertRuleSettings) => ({ rule, severity: settings[rule].severity });

/** A result that leaves the sub-code out and agrees with the claim otherwise confirms the claim's. */
function subCodeOf(telling: Telling): string | null {
  if (telling.stage === "claimed") return telling.claim.subCode;
  const { result, claim } = telling;
  return result.subCode ?? (claim && claim.passed === result.passed ? claim.subCode : null);
}

function ruleFor(session: WatchedSession, subCode: string, settings: AlertRuleSettings): SubCodeRule | null {
  switch (subCode) {
    case "205":
      return "liveness_attack";
    case "206": {
      const { onTestRoutes, onStandardSecurity } = settings.device_risk;
      const quiet = (session.test && !onTestRoutes) || (session.securityLevel === "01" && !onStandardSecurity);
      return quiet ? null : "device_risk";
    }
    case "233":
      return session.product === "ID_OCR" ? null : "duplicate_face";
    default:
      return null;
  }
}
