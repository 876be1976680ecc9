import { findByMerchantBizId, listAlerts, listTransitions, loadEvidence } from "@verdict/db";
import { DEFAULT_ALERT_RULES } from "@verdict/domain";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Alerting, alertingOf } from "../src/alerts-on-row.ts";
import { type FaceCheckRequest, runFaceCheck } from "../src/run-face-check.ts";
import { down, lost, ok, refused, type Script, scriptedProvider, setup } from "./support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());
beforeEach(() => s.at("2026-03-01T10:00:00.000Z"));

let requests = 0;
const givenRequest = (): FaceCheckRequest & { merchantBizId: string } => ({
  productCode: "FACE_IDU_MIN",
  merchantBizId: `face${++requests}`,
  merchantUserId: "alice@example.com",
  verifyModel: "0",
  faceGroupCodes: ["customers"],
  sourceFacePictureUrl: "https://shop.example/alice.jpg",
});
const passed = ok({ facePassed: "Y", subCode: "200" });

function givenChecker(answers: Script["faceDuplicationCheck"] & object) {
  const provider = scriptedProvider({ faceDuplicationCheck: answers });
  const deps = { ...s.deps, pepper: "a pepper that only tests know" };
  const route = { slug: "default", provider: provider.client };
  return {
    calls: provider.calls,
    run: (request: FaceCheckRequest, force = false) => runFaceCheck(deps, route, request, { force }),
  };
}
const recordOf = async (merchantBizId: string) => {
  const row = await findByMerchantBizId(s.db, "default", merchantBizId);
  if (!row) throw new Error("There is no such record.");
  return row;
};

test("the row stands before the provider is called, and its move rests on the answer's evidence", async () => {
  const request = givenRequest();
  const answer = async () => {
    expect(await recordOf(request.merchantBizId)).toMatchObject({ status: "initializing", checkCount: 0 });
    return ok({ ...passed.result, transactionId: "hk-1" });
  };
  await givenChecker([answer]).run(request);
  const row = await recordOf(request.merchantBizId);
  expect(row).toMatchObject({ status: "passed", transactionId: "hk-1", nextCheckAt: null, checkCount: 1 });
  const [check] = (await loadEvidence(s.db, row)).checks;
  expect(await listTransitions(s.db, row.id)).toMatchObject([
    { from: "initializing", to: "passed", cause: "face_check", checkId: check?.id, actor: "api" },
  ]);
});

test("an answer is kept even when the provider gives its transaction id out twice", async () => {
  const answer = ok({ facePassed: "N", subCode: "204", transactionId: "hk-twice" });
  const [first, second] = [givenRequest(), givenRequest()];
  await givenChecker([answer]).run(first);
  expect(await givenChecker([answer]).run(second)).toMatchObject({ outcome: "answered" });
  expect(await recordOf(second.merchantBizId)).toMatchObject({ status: "failed", transactionId: null });
});

test("the same check asked for twice at once is paid for once", async () => {
  const request = givenRequest();
  const checker = givenChecker([passed]);
  const outcomes = await Promise.all([checker.run(request), checker.run(request)]);
  expect(checker.calls).toHaveLength(1);
  expect(outcomes.map(({ outcome }) => outcome)).toContain("answered");
});

test("a check whose process died in the middle is not asked again, and ends as lost", async () => {
  const request = givenRequest();
  const dies = async () => {
    throw new Error("the process is gone");
  };
  await expect(givenChecker([dies]).run(request)).rejects.toThrow();

  s.pass(60);
  const checker = givenChecker([passed]);
  expect(await checker.run(request)).toMatchObject({ outcome: "in_progress" });
  s.pass(60);
  const row = await recordOf(request.merchantBizId);
  await s.check(row, scriptedProvider({}).client);
  expect(await recordOf(request.merchantBizId)).toMatchObject({ status: "unresolvable" });
  expect(await checker.run(request)).toMatchObject({ outcome: "repeated" });
  expect(checker.calls).toHaveLength(0);

  expect(await checker.run(request, true)).toMatchObject({ outcome: "answered" });
  expect(await recordOf(request.merchantBizId)).toMatchObject({ status: "passed" });
});

test("a call that did nothing leaves the row open for the same request, and ends as never done if nobody comes", async () => {
  const request = givenRequest();
  expect(await givenChecker([down]).run(request)).toMatchObject({ outcome: "unavailable" });
  const row = await recordOf(request.merchantBizId);
  expect(row).toMatchObject({ status: "initializing", askingUntil: null, errorCode: "ServiceUnavailable" });
  s.pass(120);
  await s.check(row, scriptedProvider({}).client);
  expect(await recordOf(request.merchantBizId)).toMatchObject({ status: "init_failed" });
});

test.each([
  ["a lost answer", lost, "unresolvable"],
  ["an answer without a readable verdict", ok({ facePassed: "?" }), "unresolvable"],
  ["a refusal", refused("NoFaceDetected"), "init_failed"],
  ["a refusal of our credentials", refused("Forbidden.RAMUserAccessDenied"), "init_failed"],
])("%s is evidence, and ends the check %s", async (_, answer, status) => {
  const request = givenRequest();
  await givenChecker([answer]).run(request);
  const row = await recordOf(request.merchantBizId);
  expect(row.status).toBe(status);
  expect((await loadEvidence(s.db, row)).checks).toMatchObject([{ operation: "FaceDuplicationCheckIntl" }]);
});

test("neither the person nor an estimate of age or gender is stored", async () => {
  const request = givenRequest();
  await givenChecker([ok({ facePassed: "Y", subCode: "200", faceAge: "4711", faceGender: "GENDER-CANARY" })]).run(
    request,
  );
  const row = await recordOf(request.merchantBizId);
  const stored = JSON.stringify([row, await loadEvidence(s.db, row)]);
  for (const canary of ["alice@example.com", "4711", "GENDER-CANARY"]) expect(stored).not.toContain(canary);
});

test("an answer raises an alert by the rules that are set: none where its rule is off, or on a route for tests", async () => {
  const attack = ok({ facePassed: "N", subCode: "205" });
  const risky = ok({ facePassed: "N", subCode: "206" });
  const ask = async (answer: typeof attack, alerting?: Alerting) => {
    const provider = scriptedProvider({ faceDuplicationCheck: [answer] });
    const deps = { ...s.deps, pepper: "a pepper that only tests know", ...(alerting && { alerting }) };
    const request = givenRequest();
    await runFaceCheck(deps, { slug: "default", provider: provider.client }, request);
    const { id } = await recordOf(request.merchantBizId);
    const alerts = await listAlerts(s.db, {}, { limit: 500 });
    return alerts.filter(({ verificationId }) => verificationId === id).map(({ rule }) => rule);
  };
  const off = { ...DEFAULT_ALERT_RULES, liveness_attack: { ...DEFAULT_ALERT_RULES.liveness_attack, enabled: false } };
  expect(await ask(attack)).toEqual(["liveness_attack"]);
  expect(await ask(attack, alertingOf(off, []))).toEqual([]);
  expect(await ask(risky, alertingOf(off, [{ slug: "default", environment: "live" }]))).toEqual(["device_risk"]);
  expect(await ask(risky, alertingOf(off, [{ slug: "default", environment: "test" }]))).toEqual([]);
});
