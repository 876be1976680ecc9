import { randomUUIDv7 } from "node:crypto";
import { addRefusals, listAlerts, recordGivenUp } from "@verdict/db";
import { DEFAULT_ALERT_RULES, RULE_NAMES, type RuleName } from "@verdict/domain";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reconcileReceipts } from "../src/reconcile-receipts.ts";
import { replayAlertRule } from "../src/replay-alert-rule.ts";
import { ok, scriptedProvider, setup } from "./support.ts";

let s: Awaited<ReturnType<typeof setup>>;
const from = new Date("2026-03-01T10:00:00Z");
const attacks: string[] = [];

/** A day on which nearly everything happened, as the product records it. */
beforeAll(async () => {
  s = await setup();
  const rules = { checkResult: [ok({ passed: "N", subCode: "205" })] };
  for (let nth = 0; nth < 5; nth++) {
    s.pass(30);
    const verification = await givenVerification(s.db, { createdAt: s.now(), nextCheckAt: s.now() });
    attacks.push(verification.id);
    await reconcileReceipts(s.deps, [
      await s.receive(verification, { passed: false, subCode: nth === 4 ? "204" : "205" }),
    ]);
    await s.check(verification, scriptedProvider(rules).client);
  }
  const hour = new Date("2026-03-01T11:00:00Z");
  const wave = { hour, route: "default", reason: "token_forged", source: "203.0.113.0/24", times: 900 };
  await addRefusals(s.db, [{ ...wave, firstAt: hour, lastAt: new Date(hour.getTime() + 60_000) }]);
  const id = randomUUIDv7();
  await recordGivenUp(s.db, {
    id,
    kind: "job",
    reference: id,
    reason: "broken",
    job: { queue: "q", payload: {} },
    at: hour,
  });
  s.at("2026-03-01T12:00:00Z");
});
afterAll(() => s.database.drop());

const replay = async (rule: RuleName, rules = DEFAULT_ALERT_RULES) => {
  const replayed = await replayAlertRule({ db: s.db, rules, isTest: () => false }, rule, { from, to: s.now() });
  return replayed.kind === "replayed" ? replayed.firings : replayed.kind;
};

test("an attack fires once for each session, at its claim or, had that said something else, at its result", async () => {
  expect(await replay("liveness_attack")).toMatchObject(attacks.map((about) => ({ about, route: "default" })));
});

test("a burst fires once, with the failure that made it one, and names nobody", async () => {
  const firings = await replay("user_burst");
  expect(firings).toMatchObject([{ at: new Date("2026-03-01T10:02:30.000Z"), about: null }]);
  expect(JSON.stringify(firings)).not.toContain("0".repeat(32));
});

test("a lower threshold would have fired earlier", async () => {
  const rules = { ...DEFAULT_ALERT_RULES, user_burst: { ...DEFAULT_ALERT_RULES.user_burst, failures: 2 } };
  expect(await replay("user_burst", rules)).toMatchObject([{ at: new Date("2026-03-01T10:01:00.000Z") }]);
});

test.each<[RuleName, number]>([
  ["forgery_wave", 1],
  ["dead_letters", 1],
  ["discrepancy.claim_contradicted", 1],
  ["discrepancy.mutated_replay", 0],
  ["device_risk", 0],
  ["scene_burst", 0],
  ["callback_silence", 0],
  ["retention_cliff", 0],
])("%s fires %i times", async (rule, times) => {
  expect(await replay(rule)).toHaveLength(times);
});

test("what no history is kept of cannot be replayed, and that is said", async () => {
  expect(await replay("backlog")).toBe("unreplayable");
});

test("a replay raises nothing", async () => {
  const before = await listAlerts(s.db, {}, { limit: 500 });
  for (const rule of RULE_NAMES) await replay(rule);
  expect(await listAlerts(s.db, {}, { limit: 500 })).toEqual(before);
});
