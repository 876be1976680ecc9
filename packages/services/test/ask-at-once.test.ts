import {
  findVerification,
  leaseVerification,
  listTransitions,
  loadEvidence,
  moveBreaker,
  setCallLimit,
  takeDueChecks,
  type Verification,
} from "@verdict/db";
import { CLOSED } from "@verdict/domain";
import { givenVerification } from "@verdict/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkDue } from "../src/check-due.ts";
import { reconcileReceipts } from "../src/reconcile-receipts.ts";
import { ok, overtaken, pending, refused, type Script, scriptedProvider, setup } from "./support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeEach(async () => {
  s = await setup();
});
afterEach(() => s.database.drop());

const passed = ok({ passed: "Y", subCode: "200" });
const failed = ok({ passed: "N", subCode: "205" });
const claim = { passed: true, subCode: "200" };
const BUDGET = { route: "default", product: "FACE_VERIFY", operation: "CheckResult" } as const;

const minutes = (count: number): Date => new Date(s.now().getTime() + count * 60_000);

/** Waits for its callback; nobody would ask about it for a minute. */
const givenAwaiting = (changes: Partial<Verification> = {}) =>
  givenVerification(s.db, { createdAt: s.now(), nextCheckAt: minutes(1), ...changes });

type Options = { perSecond?: number | null; atATime?: number; db?: typeof s.db };

/** A worker that may ask about what it has just stored. */
function givenWorker(script: Script, { perSecond = null, atATime = 50, db = s.db }: Options = {}) {
  const { client, calls } = scriptedProvider(script);
  const broken: string[] = [];
  const due = checkDue(
    {
      ...s.deps,
      client,
      onBreaker: () => {},
      onError: (id) => void broken.push(id),
      pause: async () => {},
    },
    { route: BUDGET.route, product: BUDGET.product, perSecond, atATime },
  );
  return {
    due,
    calls,
    broken,
    reconcile: (ids: readonly string[], newIds: readonly string[] = ids) =>
      reconcileReceipts({ ...s.deps, db, askAtOnce: due.askAtOnce }, ids, new Set(newIds)),
  };
}

const eventsOf = ({ id }: Verification) =>
  s.db.sql`
    select type, version, data->'passed' as passed, data->'subCode' as "subCode", data->'claim' as claim from events
    where subject_id = ${id} order by version`;

const dueNow = async (at = s.now()) =>
  (
    await takeDueChecks(s.db, BUDGET.route, BUDGET.product, {
      ...{ now: at, until: minutes(1), most: 10, limited: false },
    })
  ).verifications;

test("an answer that comes in time is written with the claim: two moves, told as two events, of one change", async () => {
  const held = await givenAwaiting();
  const receiptId = await s.receive(held, claim);
  await givenWorker({ checkResult: [passed] }).reconcile([receiptId]);

  expect(await s.reload(held)).toMatchObject({
    ...{ status: "passed", version: held.version + 2, claimPassed: true, passed: true, subCode: "200" },
    ...{ outcomeSource: "check_result", checkCount: 1, nextCheckAt: null, askingUntil: null },
  });
  const { checks, discrepancies } = await loadEvidence(s.db, held);
  expect(await listTransitions(s.db, held.id)).toMatchObject([
    { from: "awaiting", to: "claimed", version: held.version + 1, receiptId },
    { from: "claimed", to: "passed", version: held.version + 2, checkId: checks[0]?.id },
  ]);
  expect(discrepancies).toEqual([]);
  expect(await eventsOf(held)).toEqual([
    { type: "verification.claimed", version: held.version + 1, passed: null, subCode: null, claim },
    { type: "verification.passed", version: held.version + 2, passed: true, subCode: "200", claim },
  ]);
  expect(s.rung).toEqual([]);
});

test("it comes to what asking later comes to, contradiction and alerts included", async () => {
  const [once, later] = [await givenAwaiting(), await givenAwaiting()];
  await givenWorker({ checkResult: [failed] }).reconcile([await s.receive(once, claim)]);
  await reconcileReceipts(s.deps, [await s.receive(later, claim)]);
  await s.check(later, scriptedProvider({ checkResult: [failed] }).client);

  const ended = async (held: Verification) => {
    const { id, merchantBizId, transactionId, ...row } = await s.reload(held);
    const { discrepancies, transitions } = await loadEvidence(s.db, held);
    const alerts = await s.db.sql`
      select rule, severity, status, confirmation from alerts where verification_id = ${id} order by rule`;
    return {
      row: { ...row, version: row.version - held.version },
      moves: transitions.map(({ from, to, version }) => ({ from, to, version: version - held.version })),
      discrepancies: discrepancies.map(({ type }) => type),
      alerts: [...alerts],
    };
  };
  const outcome = await ended(once);
  expect(outcome).toEqual(await ended(later));
  expect(outcome).toMatchObject({ row: { status: "failed" }, discrepancies: ["claim_contradicted"] });
  expect(outcome.alerts).toHaveLength(2);
});

test("without an answer in time the claim is written, nobody else asks meanwhile, and the answer settles it", async () => {
  const held = await givenAwaiting();
  const answer = Promise.withResolvers<typeof passed>();
  const worker = givenWorker({ checkResult: [() => answer.promise] });
  await worker.reconcile([await s.receive(held, claim)]);

  expect(await s.reload(held)).toMatchObject({ status: "claimed", nextCheckAt: s.now() });
  expect(s.rung).toEqual([]);
  expect(await dueNow()).toEqual([]);
  answer.resolve(passed);
  await worker.due.idle();
  expect(await s.reload(held)).toMatchObject({ status: "passed", askingUntil: null });
  expect(worker.calls).toHaveLength(1);
});

test("a worker that dies while it asks leaves the question to others", async () => {
  const held = await givenAwaiting();
  const never = new Promise<typeof passed>(() => {});
  await givenWorker({ checkResult: [() => never] }).reconcile([await s.receive(held, claim)]);
  expect(await dueNow(minutes(1))).toMatchObject([{ id: held.id }]);
});

test("an answer that is none yet makes the next question due, not this one again", async () => {
  const held = await givenAwaiting();
  const worker = givenWorker({ checkResult: [pending] });
  await worker.reconcile([await s.receive(held, claim)]);
  const { status, nextCheckAt } = await s.reload(held);
  expect(status).toBe("claimed");
  expect(nextCheckAt?.getTime()).toBeGreaterThan(s.now().getTime());
  expect(worker.calls).toHaveLength(1);
});

test("a question that breaks is told of, and the claim is due like any other", async () => {
  const held = await givenAwaiting();
  const worker = givenWorker({ checkResult: [async () => Promise.reject(new Error("a bug"))] });
  await worker.reconcile([await s.receive(held, claim)]);
  expect(worker.broken).toEqual([held.id]);
  expect(s.rung).toEqual(["default"]);
  expect(await dueNow()).toMatchObject([{ id: held.id, status: "claimed" }]);
});

const lease = ({ id }: Verification) => leaseVerification(s.db, id, s.now(), minutes(1));
const openBreaker = () =>
  moveBreaker(s.db, BUDGET, CLOSED, () => ({ ...CLOSED, state: "open", blockedUntil: minutes(1) }), s.now());

test.each<
  [why: string, Partial<Verification>, Options & { fresh?: boolean; before?: (held: Verification) => Promise<unknown> }]
>([
  ["another worker may have its receipt", {}, { fresh: false }],
  ["it is about to be polled", { nextCheckAt: new Date("2026-03-01T10:00:02.000Z") }, {}],
  ["it is being asked about", {}, { before: lease }],
  ["as much as allowed is under way", {}, { atATime: 0 }],
  ["no call of the budget is free", {}, { perSecond: 1 }],
  ["calls are held back", {}, { before: openBreaker }],
])("nobody asks at once when %s", async (_, changes, { fresh = true, before, ...options }) => {
  const held = await givenAwaiting(changes);
  await before?.(held);
  const worker = givenWorker({}, options);
  const receiptId = await s.receive(held, claim);
  await worker.reconcile([receiptId], fresh ? [receiptId] : []);
  expect(await s.reload(held)).toMatchObject({ status: "claimed", nextCheckAt: s.now() });
  expect(worker.calls).toEqual([]);
  expect(s.rung).toEqual(["default"]);
});

/** A call that was given back is free within the second, one that waits out its lease much later. */
const callsGivenBack = async () => {
  const soon = s.db.sql`select from call_slots where free_at < clock_timestamp() + interval '1100 milliseconds'`;
  return (await soon).length;
};

test("under a budget no more is asked at once than it has calls, and they are given back", async () => {
  await setCallLimit(s.db, BUDGET, 2);
  const rows = [await givenAwaiting(), await givenAwaiting(), await givenAwaiting()];
  const ids = await Promise.all(rows.map((held) => s.receive(held, claim)));
  const worker = givenWorker({ checkResult: [passed] }, { perSecond: 2 });
  await worker.reconcile(ids);
  const statuses = await Promise.all(rows.map(async ({ id }) => (await findVerification(s.db, id))?.status));
  expect(statuses.toSorted()).toEqual(["claimed", "passed", "passed"]);
  expect(await callsGivenBack()).toBe(2);
});

const givenClaims = async (count: number) => {
  const rows = await Promise.all(Array.from({ length: count }, () => givenAwaiting()));
  return { rows, ids: await Promise.all(rows.map((held) => s.receive(held, claim))) };
};
const statusesOf = async (rows: readonly Verification[]) =>
  (await Promise.all(rows.map(({ id }) => findVerification(s.db, id)))).map((row) => row?.status);

test("more than may be asked at a time wait their turn, and all are written with their answers", async () => {
  const { rows, ids } = await givenClaims(7);
  let [underWay, most] = [0, 0];
  const answer = async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((later) => setImmediate(later));
    underWay -= 1;
    return passed;
  };
  const worker = givenWorker({ checkResult: Array(7).fill(answer) }, { atATime: 3 });
  await worker.reconcile(ids);
  expect(await statusesOf(rows)).toEqual(Array(7).fill("passed"));
  expect(most).toBe(3);
  expect(s.rung).toEqual([]);
});

test("one whose turn does not come in time is not asked, and is due like any other", async () => {
  const { rows, ids } = await givenClaims(2);
  const answer = Promise.withResolvers<typeof passed>();
  const worker = givenWorker({ checkResult: [() => answer.promise] }, { atATime: 1 });
  await worker.reconcile(ids);
  expect(worker.calls).toHaveLength(1);
  expect(await statusesOf(rows)).toEqual(["claimed", "claimed"]);
  expect(await dueNow()).toHaveLength(1);
  expect(s.rung).toEqual(["default"]);
  answer.resolve(passed);
  await worker.due.idle();
  expect((await statusesOf(rows)).toSorted()).toEqual(["claimed", "passed"]);
});

test("when an answer has calls held back, those who wait their turn do not ask", async () => {
  const { rows, ids } = await givenClaims(3);
  const worker = givenWorker(
    { checkResult: [refused("Forbidden.AccountAccessDenied"), passed, passed] },
    { atATime: 1 },
  );
  await worker.reconcile(ids);
  expect(worker.calls).toHaveLength(1);
  expect(await statusesOf(rows)).toEqual(["claimed", "claimed", "claimed"]);
});

test("a call of a budget that was taken for one whose turn does not come is given back", async () => {
  await setCallLimit(s.db, BUDGET, 2);
  const answer = Promise.withResolvers<typeof passed>();
  const worker = givenWorker({ checkResult: [() => answer.promise] }, { perSecond: 2, atATime: 1 });
  const rows = [await givenAwaiting(), await givenAwaiting()];
  const asked = await Promise.all(rows.map((held) => worker.due.askAtOnce([held])));
  answer.resolve(passed);
  for (const { over } of asked) over(new Map());
  await worker.due.idle();
  expect(worker.calls).toHaveLength(1);
  expect(await callsGivenBack()).toBe(2);
});

test("whoever moves it meanwhile is not overruled: all is decided again on what is there", async () => {
  const held = await givenAwaiting();
  const receiptId = await s.receive(held, claim);
  const settles = { ...s.db, sql: overtaken(s.db, () => s.voidNow(held), 1).sql };
  const worker = givenWorker({ checkResult: [passed] }, { db: settles });
  await worker.reconcile([receiptId]);
  const { checks, discrepancies } = await loadEvidence(s.db, held);
  expect(await s.reload(held)).toMatchObject({ status: "voided", passed: null });
  expect(discrepancies.map(({ type }) => type)).toEqual(["result_after_end"]);
  expect(checks).toHaveLength(1);
});
