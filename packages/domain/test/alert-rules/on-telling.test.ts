import { expect, test } from "vitest";
import { alertOnTelling, DEFAULT_ALERT_RULES, type Telling, type WatchedSession } from "../../src/index.ts";

const session: WatchedSession = { product: "FACE_VERIFY", test: false, securityLevel: "02" };
const claimed = (passed: boolean, subCode: string): Telling => ({ stage: "claimed", claim: { passed, subCode } });
const confirmed = (
  passed: boolean,
  subCode: string | null,
  claim: { passed: boolean; subCode: string } | null = null,
) => ({ stage: "confirmed", result: { passed, subCode }, claim }) as const;
const on = (telling: Telling, changes: Partial<WatchedSession> = {}, rules = DEFAULT_ALERT_RULES) =>
  alertOnTelling({ ...session, ...changes }, telling, rules);

test("a claim raises an alert that says it is not confirmed, its result one that says it is", () => {
  expect(on(claimed(false, "205"))).toEqual({
    ...{ rule: "liveness_attack", severity: "critical", confirmation: "unconfirmed" },
    detail: "A callback says 205 (liveness risk, possibly an attack); not confirmed yet",
  });
  expect(on(confirmed(false, "205"))).toEqual({
    ...{ rule: "liveness_attack", severity: "critical", confirmation: "confirmed" },
    detail: "The provider confirms 205 (liveness risk, possibly an attack)",
  });
});

test("a 205 beside a passed session is told all the same", () => {
  expect(on(confirmed(true, "205"))).toMatchObject({ rule: "liveness_attack" });
});

test.each([
  [
    "confirms the claim's sub-code when it leaves its own out",
    confirmed(false, null, { passed: false, subCode: "205" }),
    true,
  ],
  ["confirms nothing when it says the contrary", confirmed(true, null, { passed: false, subCode: "205" }), false],
  ["says nothing without any sub-code", confirmed(false, null), false],
])("a result %s", (_what, telling, raises) => {
  expect(on(telling) !== null).toBe(raises);
});

test.each<[string, Partial<WatchedSession>, boolean]>([
  ["in safe mode", { securityLevel: "02" }, true],
  ["when nobody knows the level", { securityLevel: null }, true],
  ["in standard mode", { securityLevel: "01" }, false],
  ["on a route for tests", { test: true }, false],
])("a 206 %s is told: %s", (_what, changes, raises) => {
  expect(on(claimed(false, "206"), changes) !== null).toBe(raises);
  const { device_risk } = DEFAULT_ALERT_RULES;
  const loud = {
    ...DEFAULT_ALERT_RULES,
    device_risk: { ...device_risk, onTestRoutes: true, onStandardSecurity: true },
  };
  expect(on(claimed(false, "206"), changes, loud)).not.toBeNull();
});

test("documents have sub-codes of their own, so a 233 there is no face", () => {
  expect(on(confirmed(false, "233"), { product: "ID_OCR" })).toBeNull();
  expect(on(confirmed(false, "205"), { product: "ID_OCR" })).toMatchObject({ rule: "liveness_attack" });
});

test.each(["200", "204", "207", "", "toString"])("a sub-code of %j raises nothing", (subCode) => {
  expect(on(claimed(false, subCode))).toBeNull();
});
