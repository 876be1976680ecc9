import {
  type Db,
  readCliffs,
  readDiscrepancies,
  readEndings,
  readGivenUpHistory,
  readRefusedHours,
  readTellings,
  type Span,
} from "@verdict/db";
import { type AlertRuleSettings, alertOnTelling, DEFAULT_POLICY, forgeriesIn, type RuleName } from "@verdict/domain";
import { type Firing, replayBursts, replayGivenUp, replaySilence } from "./replay-conditions.ts";

export type Replay =
  | {
      kind: "replayed";
      /** When it would have fired. */
      firings: Firing[];
      /** So many rows of evidence were read. */
      read: number;
      /** How exact the moments are, as far as the evidence does not hold them to the millisecond. */
      precision: "exact" | "hour";
    }
  /** What it looks at is not kept. */
  | { kind: "unreplayable"; why: string };

export type ReplayDeps = { db: Db; rules: AlertRuleSettings; isTest: (route: string) => boolean };

/** The history of a route that silence is measured by. */
const HISTORY_MS = 7 * 86_400_000;

/** When a rule would have fired, by the evidence on record and today's thresholds. Reads only: nothing is raised, nobody is told. */
export async function replayAlertRule({ db, rules, isTest }: ReplayDeps, rule: RuleName, span: Span): Promise<Replay> {
  const before = (ms: number): Span => ({ ...span, from: new Date(span.from.getTime() - ms) });
  const begun = (firings: readonly Firing[]) => firings.filter(({ at }) => at >= span.from);
  const replayed = (read: number, firings: readonly Firing[], precision: "exact" | "hour" = "exact"): Replay => ({
    ...{ kind: "replayed", read, precision },
    firings: begun(firings),
  });
  switch (rule) {
    case "liveness_attack":
    case "device_risk":
    case "duplicate_face": {
      const tellings = await readTellings(db, span);
      return replayed(tellings.length, firstTellings(tellings.flatMap((one) => told(one, rule, rules, isTest) ?? [])));
    }
    case "user_burst":
    case "scene_burst":
    case "route_burst": {
      const endings = await readEndings(db, before(rules[rule].window * 1_000));
      return replayed(endings.length, replayBursts(endings, rule, rules));
    }
    case "callback_silence": {
      const endings = await readEndings(db, before(HISTORY_MS));
      return replayed(endings.length, replaySilence(endings, rules));
    }
    case "forgery_wave": {
      const hours = await readRefusedHours(db, span);
      const firings = hours.flatMap((hour) => {
        const at = new Date(Math.max(...hour.map(({ lastAt }) => lastAt.getTime())));
        // Within its hour nothing tells when a count was reached.
        const patient = { ...rules, forgery_wave: { ...rules.forgery_wave, quiet: 3_600 } };
        return forgeriesIn([hour], at, patient, () => false).map(({ route, detail }) => ({
          at,
          route,
          about: null,
          detail,
        }));
      });
      return replayed(hours.flat().length, firings, "hour");
    }
    case "dead_letters": {
      const work = await readGivenUpHistory(db, span);
      return replayed(work.length, replayGivenUp(work, rules));
    }
    case "retention_cliff": {
      const cliffs = rules.retention_cliff.enabled ? await readCliffs(db, span, DEFAULT_POLICY.cliffWarning) : [];
      const firings = cliffs.map(({ at, route, verificationId: about }) => ({
        at,
        route,
        about,
        detail: "No result yet",
      }));
      return replayed(cliffs.length, firings);
    }
    case "route_parked":
    case "quota_saturation":
    case "backlog":
    case "endpoint_undeliverable":
      return { kind: "unreplayable", why: "it looks at what is the case right now, of which no history is kept" };
    default: {
      const type = rule.replace("discrepancy.", "");
      const found = await readDiscrepancies(db, type, span);
      const firings = found.map(({ at, route, verificationId: about }) => ({ at, route, about, detail: type }));
      return replayed(found.length, firings);
    }
  }
}

function told(
  {
    at,
    verificationId,
    route,
    product,
    securityLevel,
    claim,
    result,
  }: Awaited<ReturnType<typeof readTellings>>[number],
  rule: RuleName,
  rules: AlertRuleSettings,
  isTest: ReplayDeps["isTest"],
): Firing | null {
  const session = { product, test: isTest(route), securityLevel };
  const telling = result
    ? ({ stage: "confirmed", result, claim } as const)
    : claim && ({ stage: "claimed", claim } as const);
  const alert = telling && alertOnTelling(session, telling, rules);
  return alert?.rule === rule ? { at, route, about: verificationId, detail: alert.detail } : null;
}

/** A claim that was confirmed is one alert. */
function firstTellings(firings: readonly Firing[]): Firing[] {
  const seen = new Set<string | null>();
  return firings.filter(({ about }) => !seen.has(about) && seen.add(about));
}
