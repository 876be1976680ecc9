import { listHumanActions, listTransitions, loadEvidence, type Verification } from "@verdict/db";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recheckVerification, reconcileReceipts, verificationTimeline, voidVerification } from "../src/index.ts";
import { ok, scriptedProvider, setup } from "./support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const given = (wanted: Partial<Verification> = {}) => givenVerification(s.db, { createdAt: s.now(), ...wanted });
const voidIt = ({ id }: { id: string }, by = "ann") =>
  voidVerification(s.deps, { id, by, reason: "started by mistake" });
const actionsOn = ({ id }: { id: string }) => listHumanActions(s.db, { verificationId: id }, { limit: 10 });

test.each(["initializing", "awaiting", "claimed"] as const)(
  "%s: it ends voided, is told, is asked about no more, and the reason is on record",
  async (status) => {
    const held = await given({ status });
    expect(await voidIt(held)).toMatchObject({ outcome: "done", verification: { status: "voided" } });
    const row = await s.reload(held);
    expect(row).toMatchObject({
      ...{ status: "voided", passed: null, outcomeSource: "person", confirmedAt: s.now() },
      ...{ nextCheckAt: null, askingUntil: null, version: held.version + 1 },
    });
    expect(await listTransitions(s.db, held.id)).toMatchObject([
      { from: status, to: "voided", cause: "person", actor: "ann" },
    ]);
    expect(await s.db.sql`select type, held_by from events where verification_id = ${held.id}`).toEqual([
      { type: "verification.voided", held_by: null },
    ]);
    expect(await actionsOn(held)).toMatchObject([
      {
        ...{ actor: "ann", action: "verification.void", reason: "started by mistake" },
        before: { status, version: held.version },
        after: { status: "voided", version: row.version, nextCheckAt: null },
      },
    ]);
    const timeline = await verificationTimeline(s.db, held);
    expect(timeline.map(({ type }) => type)).toEqual(["action", "transition"]);
  },
);

test.each([
  ["passed", "already_ended"],
  ["failed", "already_ended"],
  ["expired", "already_ended"],
  ["init_failed", "already_ended"],
  ["unresolvable", "already_ended"],
  ["voided", "already_voided"],
] as const)("%s: it stays as it is, and nothing is written", async (status, why) => {
  const held = await given({ status });
  expect(await voidIt(held)).toMatchObject({ outcome: "refused", why });
  expect(await s.reload(held)).toEqual(held);
  expect(await actionsOn(held)).toEqual([]);
});

test("of several people at once one voids it, and the others are told so", async () => {
  const held = await given();
  const results = await Promise.all(["ann", "ben", "cat", "dan"].map((by) => voidIt(held, by)));
  expect(results.map((result) => result?.outcome).toSorted()).toEqual(["done", "refused", "refused", "refused"]);
  expect(await actionsOn(held)).toHaveLength(1);
  expect(await listTransitions(s.db, held.id)).toHaveLength(1);
});

test("a wish to have it asked about is over with it", async () => {
  const held = await given();
  await recheckVerification(s.deps, { id: held.id, by: "ben", reason: "the user calls" });
  await voidIt(held);
  expect(await s.reload(held)).toMatchObject({ status: "voided", nextCheckAt: null, recheckWanted: false });
});

test("what the provider says of it later is a discrepancy, by callback as by an answer", async () => {
  const told = await given();
  await voidIt(told);
  await reconcileReceipts(s.deps, [await s.receive(told, { passed: true, subCode: "200" })]);
  expect(await loadEvidence(s.db, told)).toMatchObject({ discrepancies: [{ type: "result_after_end" }] });

  const asked = await given({ nextCheckAt: s.now() });
  const whileAsking = async () => {
    await voidIt(asked);
    return ok({ passed: "Y", subCode: "200" });
  };
  await s.check(asked, scriptedProvider({ checkResult: [whileAsking] }).client);
  expect(await s.reload(asked)).toMatchObject({ status: "voided", passed: null, nextCheckAt: null });
  expect(await loadEvidence(s.db, asked)).toMatchObject({
    discrepancies: [{ type: "result_after_end" }],
    checks: [{}],
  });
});

test("nothing is voided that there is not", async () => {
  expect(await voidIt({ id: "01a00000-0000-7000-8000-000000000000" })).toBeNull();
  expect(await voidIt({ id: "nonsense" })).toBeNull();
});
