import { loadEvidence, type Verification } from "@verdict/db";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { down, gone, ok, overtaken, pending, scriptedProvider, setup } from "./support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());
beforeEach(() => s.at(START));

const START = "2026-03-01T10:00:00.000Z";
/** The window ended half an hour after the start. */
const DAY_25 = "2026-03-26T10:30:00.000Z";
const finished = ok({ verifyStatus: "0" });
const CLAIM = { claimPassed: true, claimSubCode: "200", claimedAt: new Date(START) };

/** A session of that start that is due at `at`. */
async function givenDue(wanted: Partial<Verification> = {}, at = DAY_25): Promise<Verification> {
  s.at(at);
  return givenVerification(s.db, { createdAt: new Date(START), nextCheckAt: s.now(), ...wanted });
}

const check = (verification: Verification, answer: Parameters<typeof scriptedProvider>[0]["checkResult"]) =>
  s.check(verification, scriptedProvider({ checkResult: answer ?? [], checkVerifyLog: [finished] }).client);
const alertsOf = async (verification: Verification) => (await loadEvidence(s.db, verification)).alerts;

test.each([
  { answer: pending, wanted: {} },
  { answer: gone, wanted: {} },
  { answer: down, wanted: {} },
  { answer: pending, wanted: { status: "claimed", ...CLAIM } },
] as const)("a session still open on day 25 ($answer.code) alerts somebody", async ({ answer, wanted }) => {
  const verification = await givenDue(wanted);
  await check(verification, [answer]);
  expect(await alertsOf(verification)).toMatchObject([
    {
      rule: "retention_cliff",
      severity: "critical",
      status: "open",
      detail: "No result yet, and the provider deletes it on 2026-03-31",
      openedAt: s.now(),
    },
  ]);
  expect(s.raised.filter(({ verificationId }) => verificationId === verification.id)).toHaveLength(1);
});

test("later questions do not alert again, and a result ends the matter without another alert", async () => {
  const verification = await givenDue();
  for (let question = 0; question < 3; question++) {
    await check(verification, [pending]);
    s.at((await s.reload(verification)).nextCheckAt ?? "never");
  }
  await check(verification, [ok({ passed: "Y", subCode: "200" })]);
  expect((await s.reload(verification)).status).toBe("passed");
  expect(await alertsOf(verification)).toHaveLength(1);
});

test("a second before day 25, or with a result, nobody is alerted", async () => {
  const early = await givenDue({}, "2026-03-26T10:29:59.000Z");
  await check(early, [pending]);
  const settled = await givenDue();
  await check(settled, [ok({ passed: "N", subCode: "204" })]);
  expect([await alertsOf(early), await alertsOf(settled)]).toEqual([[], []]);
});

test("a claim that nothing confirmed is asked about once more on day 25, and somebody is alerted", async () => {
  const claimedAt = new Date("2026-03-01T11:00:00.000Z");
  const verification = await givenDue({ status: "expired", ...CLAIM, claimedAt }, "2026-03-01T11:10:00.000Z");
  await check(verification, [pending]);
  expect(await s.reload(verification)).toMatchObject({ status: "expired", nextCheckAt: new Date(DAY_25) });
  expect(await alertsOf(verification)).toMatchObject([{ rule: "discrepancy.claim_contradicted" }]);

  s.at(DAY_25);
  await check(verification, [pending]);
  expect(await s.reload(verification)).toMatchObject({ status: "expired", nextCheckAt: null });
  const rules = (await alertsOf(verification)).map(({ rule }) => rule);
  expect(rules).toEqual(["discrepancy.claim_contradicted", "retention_cliff"]);
});

test("a process that dies before it has settled the answer leaves nothing of it, and the next one alerts once", async () => {
  const verification = await givenDue();
  const dies = () => Promise.reject(new Error("The process dies here."));
  const { client } = scriptedProvider({ checkResult: [pending], checkVerifyLog: [finished] });
  await expect(s.check(verification, client, { db: overtaken(s.db, dies) })).rejects.toThrow();
  expect(await alertsOf(verification)).toHaveLength(0);
  expect(await s.reload(verification)).toMatchObject({ nextCheckAt: s.now(), checkCount: 0 });

  s.pass(31);
  await check(verification, [pending]);
  expect(await alertsOf(verification)).toHaveLength(1);
  expect((await s.reload(verification)).checkCount).toBeGreaterThan(0);
});
