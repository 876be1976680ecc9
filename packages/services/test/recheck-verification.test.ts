import { listHumanActions, listTransitions, loadEvidence, takeDueChecks, type Verification } from "@verdict/db";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recheckVerification, verificationTimeline } from "../src/index.ts";
import { down, ok, pending, refused, type Script, scriptedProvider, setup } from "./support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const saysYes = ok({ passed: "Y", subCode: "200" });
const saysNo = ok({ passed: "N", subCode: "204" });

const given = (wanted: Partial<Verification> = {}) =>
  givenVerification(s.db, { createdAt: s.now(), nextCheckAt: null, ...wanted });
const recheck = ({ id }: { id: string }) => recheckVerification(s.deps, { id, by: "ann", reason: "the user calls" });
const ask = (about: { id: string }, ...checkResult: NonNullable<Script["checkResult"]>) =>
  s.check(about, scriptedProvider({ checkResult }).client);
const actionsOn = ({ id }: { id: string }) => listHumanActions(s.db, { verificationId: id }, { limit: 10 });

describe("a person who asks", () => {
  test("has it due at once, with the reason on record and in the timeline", async () => {
    const held = await given({ status: "passed" });
    expect(await recheck(held)).toMatchObject({ outcome: "done", verification: { nextCheckAt: s.now() } });
    expect(await s.reload(held)).toMatchObject({ status: "passed", nextCheckAt: s.now(), version: held.version + 1 });
    expect(await actionsOn(held)).toMatchObject([
      {
        ...{ actor: "ann", action: "verification.recheck", subject: held.id, reason: "the user calls" },
        before: { status: "passed", version: held.version, nextCheckAt: null },
        after: { status: "passed", version: held.version + 1, nextCheckAt: s.now().toISOString() },
      },
    ]);
    expect(await verificationTimeline(s.db, held)).toMatchObject([
      { type: "action", action: "verification.recheck", actor: "ann", reason: "the user calls" },
    ]);
  });

  test("comes before silent sessions and those that were due earlier", async () => {
    const route = "crowded";
    await given({ route, nextCheckAt: new Date(s.now().getTime() - 60_000) });
    const held = await given({ route, status: "failed" });
    await recheck(held);
    const until = new Date(s.now().getTime() + 1_000);
    const taken = await takeDueChecks(s.db, route, "FACE_VERIFY", { now: s.now(), until, most: 1, limited: false });
    expect(taken.verifications).toMatchObject([{ id: held.id }]);
  });

  test.each([
    ["erased", { erasedAt: new Date() }],
    ["answered_at_once", { product: "FACE_IDU_MIN", status: "passed" }],
    ["no_transaction", { status: "initializing" }],
    ["result_deleted", { status: "passed", createdAt: new Date("2026-01-01T00:00:00Z") }],
  ] as const)("is told that there is nothing to ask, and nothing is written: %s", async (why, wanted) => {
    const held = await given(wanted);
    if ("erasedAt" in wanted) await s.db.sql`update verifications set erased_at = now() where id = ${held.id}`;
    expect(await recheck(held)).toMatchObject({ outcome: "refused", why });
    expect((await s.reload(held)).version).toBe(held.version);
    expect(await actionsOn(held)).toEqual([]);
  });

  test.each(["01a00000-0000-7000-8000-000000000000", "nonsense"])("about nothing is told so: %s", async (id) => {
    expect(await recheck({ id })).toBeNull();
  });
});

describe("the answer", () => {
  test.each([
    ["moves an expired one", "expired", saysYes, "passed", []],
    ["that agrees changes nothing", "passed", saysYes, "passed", []],
    ["that differs is a discrepancy", "passed", saysNo, "passed", ["result_changed"]],
    ["about a voided one is a discrepancy", "voided", saysYes, "voided", ["result_after_end"]],
    ["that there is none any more changes nothing", "failed", pending, "failed", []],
    ["that the question is refused is one, too", "failed", refused("InvalidParameter"), "failed", []],
  ] as const)("%s, and it is asked about no more", async (_, status, answer, then, discrepancies) => {
    const held = await given({ status });
    await recheck(held);
    expect(await ask(held, answer)).toBe(true);
    expect(await s.reload(held)).toMatchObject({
      status: then,
      nextCheckAt: null,
      recheckWanted: false,
      checkCount: 1,
    });
    const evidence = await loadEvidence(s.db, held);
    expect(evidence.discrepancies.map(({ type }) => type)).toEqual(discrepancies);
    expect(evidence.checks).toHaveLength(1);
  });

  test("that does not come is asked for again", async () => {
    const held = await given({ status: "passed" });
    await recheck(held);
    await ask(held, down);
    const row = await s.reload(held);
    expect(row).toMatchObject({ status: "passed", recheckWanted: true });
    expect(row.nextCheckAt?.getTime()).toBeGreaterThan(s.now().getTime());
    s.at(row.nextCheckAt ?? "never");
    await ask(held, saysYes);
    expect(await s.reload(held)).toMatchObject({ status: "passed", nextCheckAt: null, recheckWanted: false });
  });

  test("to a question asked before is not the one that was wished for", async () => {
    const held = await given({ nextCheckAt: s.now() });
    const whileAsking = async () => {
      await recheck(held);
      return saysYes;
    };
    await ask(held, whileAsking);
    expect(await s.reload(held)).toMatchObject({ status: "passed", nextCheckAt: s.now(), recheckWanted: true });
    await ask(held, saysNo);
    expect((await loadEvidence(s.db, held)).discrepancies).toMatchObject([{ type: "result_changed" }]);
  });

  test("that nothing is there yet leaves an open one to its schedule", async () => {
    const held = await given({ nextCheckAt: new Date(s.now().getTime() + 60_000) });
    await recheck(held);
    await ask(held, pending);
    const row = await s.reload(held);
    expect(row).toMatchObject({ status: "awaiting", recheckWanted: false });
    expect(row.nextCheckAt?.getTime()).toBeGreaterThan(s.now().getTime());
    expect(await listTransitions(s.db, held.id)).toEqual([]);
  });
});
