import { describe, expect, test } from "vitest";
import {
  alertOnBreaker,
  alertOnCliff,
  alertOnDiscrepancy,
  alertOnTelling,
  type CheckEvidence,
  CLOSED,
  type Claim,
  countEndings,
  DEFAULT_ALERT_RULES,
  DEFAULT_POLICY,
  DISCREPANCIES,
  type Ending,
  type Facts,
  judgeConditions,
  NO_FACTS,
  type Product,
  RULE_NAMES,
  type RuleName,
  reconcileCallback,
  reconcileCheck,
  type VerificationSnapshot,
  type WatchedSession,
} from "../../src/index.ts";
import { givenVerification, second, TRANSACTION } from "../given-verification.ts";

/** What happened to one session, in order, and what the session is. */
type Story = {
  session?: Partial<WatchedSession>;
  product?: Product;
  held?: Partial<VerificationSnapshot> | null;
  seen: ({ callback: Claim; transactionId?: string } | { check: CheckEvidence })[];
  at?: Date;
};

type Scenario = { fires: RuleName | null; stories?: Story[]; endings?: Ending[]; facts?: Partial<Facts>; at?: Date };

const NOW = second(120);
const says = (passed: boolean, subCode: string) => ({ callback: { passed, subCode } });
const answers = (passed: boolean, subCode: string | null) => ({
  check: { kind: "verdict", result: { passed, subCode }, at: NOW } as const,
});
const failures = (count: number, of: (index: number) => Partial<Ending> = () => ({})): Ending[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ route: "default", userHash: `user${index}`, sceneCode: null, failed: true, at: second(60) },
    ...of(index),
  }));
const refused = (times: number, source: string, lastAt = second(100)) => ({
  ...{ route: "default", reason: "token_forged", source, times, lastAt },
});
const line = {
  ...({ route: "default", product: "FACE_VERIFY", due: 0, perSecond: 50, oldestDueAt: null, heldBack: false } as const),
};
const usually = { ended: 200, withCallback: 190 };

/** One for each rule; then what must not wake anybody. */
const SCENARIOS: Record<string, Scenario> = {
  "an attack, as the callback says and the provider confirms": {
    fires: "liveness_attack",
    stories: [{ seen: [says(false, "205"), answers(false, "205")] }],
  },
  "an attack that no callback told of": { fires: "liveness_attack", stories: [{ seen: [answers(false, "205")] }] },
  "a device the provider distrusts": {
    fires: "device_risk",
    stories: [{ session: { securityLevel: "02" }, seen: [says(false, "206"), answers(false, "206")] }],
  },
  "a face that is registered to somebody else": {
    fires: "duplicate_face",
    stories: [{ product: "FACE_IDU_MIN", seen: [answers(false, "233")] }],
  },
  "one user who fails five times in ten minutes": {
    fires: "user_burst",
    endings: failures(5, () => ({ userHash: "one user" })),
  },
  "fifty users who fail in one scene": { fires: "scene_burst", endings: failures(50, () => ({ sceneCode: "loan" })) },
  "two hundred failures all over a route": {
    fires: "route_burst",
    endings: failures(200, (index) => ({ sceneCode: `scene${index % 20}` })),
  },
  "forged tokens from one network": { fires: "forgery_wave", facts: { refusals: [[refused(200, "203.0.113.0/24")]] } },
  "callbacks that stopped coming": {
    fires: "callback_silence",
    facts: { arrivals: [{ route: "default", lately: { ended: 12, withCallback: 1 }, before: usually }] },
  },
  "a receipt that was given up": {
    fires: "dead_letters",
    facts: { givenUp: [{ route: "default", kind: "receipt", count: 1 }] },
  },
  "more due than the quota lets through in five minutes": {
    fires: "quota_saturation",
    facts: { lines: [{ ...line, due: 16_000, oldestDueAt: second(90) }] },
  },
  "questions that nobody asks": {
    fires: "backlog",
    facts: { lines: [{ ...line, due: 3, oldestDueAt: second(0) }] },
  },
  "credentials that were revoked": {
    fires: "route_parked",
    facts: {
      parked: [{ route: "default", code: "InvalidAccessKeyId.NotFound" }],
      lines: [{ ...line, due: 20_000, oldestDueAt: second(-600), heldBack: true }],
    },
  },
  "an endpoint that has been down for a quarter of an hour": {
    fires: "endpoint_undeliverable",
    facts: { endpoints: [{ id: "e1", failingSince: second(120 - 900), disabled: false }] },
  },
  "a session without a result on its 25th day": {
    fires: "retention_cliff",
    stories: [
      {
        held: { status: "claimed", claim: { passed: true, subCode: "200" }, claimedAt: second(60) },
        seen: [{ check: { kind: "pending", at: second(1_800 + 25 * 86_400) } }],
        at: second(1_800 + 25 * 86_400),
      },
    ],
  },
  "a callback that says passed where the provider says failed": {
    fires: "discrepancy.claim_contradicted",
    stories: [{ seen: [says(true, "200"), answers(false, "204")] }],
  },
  "a provider that changes its mind": {
    fires: "discrepancy.result_changed",
    stories: [{ seen: [answers(true, "200"), answers(false, "204")] }],
  },
  "a callback sent again with another claim": {
    fires: "discrepancy.mutated_replay",
    stories: [{ seen: [says(false, "204"), says(true, "200"), answers(false, "204")] }],
  },
  "a genuine token of a session nobody knows": {
    fires: "discrepancy.unknown_transaction",
    stories: [{ held: null, seen: [says(true, "200")] }],
  },
  "a token used with another session's transaction": {
    fires: "discrepancy.transaction_mismatch",
    stories: [{ seen: [{ ...says(true, "200"), transactionId: "hks-other" }] }],
  },
  "a callback about a session that a person voided": {
    fires: "discrepancy.result_after_end",
    stories: [{ held: { status: "voided" }, seen: [says(true, "200")] }],
  },

  "an ordinary day": {
    fires: null,
    stories: [
      { seen: [says(true, "200"), answers(true, "200")] },
      { seen: [says(false, "204"), answers(false, "204")] },
    ],
    endings: [...failures(4, () => ({ userHash: "one user" })), ...failures(40, () => ({ sceneCode: "loan" }))],
    facts: {
      refusals: [[refused(199, "203.0.113.0/24")]],
      arrivals: [{ route: "default", lately: { ended: 100, withCallback: 92 }, before: usually }],
      lines: [{ ...line, due: 500, oldestDueAt: second(100) }],
    },
  },
  "a risky device on a route for tests": {
    fires: null,
    stories: [{ session: { test: true }, seen: [says(false, "206"), answers(false, "206")] }],
  },
  "a risky device in a session of the standard level": {
    fires: null,
    stories: [{ session: { securityLevel: "01" }, seen: [says(false, "206"), answers(false, "206")] }],
  },
  "a quiet night": {
    fires: null,
    facts: { arrivals: [{ route: "default", lately: { ended: 9, withCallback: 0 }, before: usually }] },
  },
  "a route on which callbacks never arrived": {
    fires: null,
    facts: {
      arrivals: [{ route: "default", lately: { ended: 50, withCallback: 0 }, before: { ended: 200, withCallback: 0 } }],
    },
  },
  "a busy scene in which few fail": {
    fires: null,
    endings: failures(400, (index) => ({ sceneCode: "loan", failed: index % 4 === 0 })),
  },
  "failures of yesterday": {
    fires: null,
    endings: failures(500, () => ({ at: second(-86_400), userHash: "one user" })),
  },
  "a forgery wave that has been over for ten minutes": {
    fires: null,
    facts: { refusals: [[refused(5_000, "*", second(-480))]] },
  },
};

/** Runs a story through the same decisions as the product. */
function rulesOf({ session, product = "FACE_VERIFY", held: start, seen, at = NOW }: Story): string[] {
  const watched: WatchedSession = { product, test: false, securityLevel: null, ...session };
  let held = start === null ? null : givenVerification({ product, ...start });
  const fired: string[] = [];
  for (const one of seen) {
    if ("callback" in one) {
      const { transactionId = TRANSACTION, callback: claim } = one;
      const decision = reconcileCallback(held, { kind: "callback", transactionId, transactionTaken: false, claim, at });
      if ("discrepancy" in decision && decision.discrepancy) fired.push(alertOnDiscrepancy(decision.discrepancy).rule);
      if (decision.kind === "discrepancy") fired.push(alertOnDiscrepancy(decision.type).rule);
      if (decision.kind !== "advance" || !held) continue;
      fired.push(alertOnTelling(watched, { stage: "claimed", claim }, DEFAULT_ALERT_RULES)?.rule ?? "");
      held = { ...held, status: decision.to, claim, claimedAt: at };
    } else if (held) {
      const decision = reconcileCheck(held, one.check, DEFAULT_POLICY);
      if ("discrepancy" in decision && decision.discrepancy) fired.push(alertOnDiscrepancy(decision.discrepancy).rule);
      if (decision.kind === "discrepancy") fired.push(alertOnDiscrepancy(decision.type).rule);
      if (decision.kind === "advance" && decision.result) {
        const { result } = decision;
        const telling = { stage: "confirmed", result, claim: held.claim } as const;
        fired.push(alertOnTelling(watched, telling, DEFAULT_ALERT_RULES)?.rule ?? "");
        held = { ...held, status: decision.to, result };
      }
      fired.push(alertOnCliff(held, at, DEFAULT_POLICY)?.rule ?? "");
    }
  }
  return fired.filter((rule) => rule !== "");
}

function rulesFired({ stories = [], endings = [], facts = {}, at = NOW }: Scenario): RuleName[] {
  const counted = countEndings(endings, at, DEFAULT_ALERT_RULES);
  const conditions = judgeConditions({ ...NO_FACTS, endings: counted, ...facts }, at, DEFAULT_ALERT_RULES);
  return [...new Set([...stories.flatMap(rulesOf), ...conditions.map(({ rule }) => rule)])] as RuleName[];
}

describe("every rule has a scenario that fires it and nothing else", () => {
  test.each(Object.entries(SCENARIOS))("%s", (_name, scenario) => {
    expect(rulesFired(scenario)).toEqual(scenario.fires === null ? [] : [scenario.fires]);
  });

  test("no rule is without one", () => {
    const fired = new Set(Object.values(SCENARIOS).flatMap(({ fires }) => fires ?? []));
    expect(RULE_NAMES.filter((rule) => !fired.has(rule))).toEqual([]);
    expect(DISCREPANCIES.every((type) => fired.has(`discrepancy.${type}`))).toBe(true);
  });
});

test("a breaker that parks raises the alert that its condition finds again", () => {
  const parked = { ...CLOSED, state: "parked", code: "Forbidden.RAM" } as const;
  const facts = { ...NO_FACTS, parked: [{ route: "default", code: "Forbidden.RAM" }] };
  const [condition] = judgeConditions(facts, NOW, DEFAULT_ALERT_RULES);
  expect(condition).toMatchObject(alertOnBreaker(parked) ?? {});
});

test("a rule that is switched off does not fire", () => {
  const off = Object.fromEntries(
    Object.entries(DEFAULT_ALERT_RULES).map(([rule, settings]) => [rule, { ...settings, enabled: false }]),
  ) as typeof DEFAULT_ALERT_RULES;
  for (const { endings = [], facts = {} } of Object.values(SCENARIOS)) {
    expect(judgeConditions({ ...NO_FACTS, endings: countEndings(endings, NOW, off), ...facts }, NOW, off)).toEqual([]);
  }
  const session = { product: "FACE_VERIFY", test: false, securityLevel: null } as const;
  for (const subCode of ["205", "206", "233"]) {
    expect(alertOnTelling(session, { stage: "claimed", claim: { passed: false, subCode } }, off)).toBeNull();
  }
});
