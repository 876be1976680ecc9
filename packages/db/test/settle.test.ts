import { randomUUIDv7 } from "node:crypto";
import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Change,
  type Db,
  findVerification,
  insertReceipts,
  loadEvidence,
  loadUndecided,
  type MutableState,
  type NewCheck,
  type NewDiscrepancy,
  type NewTransition,
  type Settlement,
  settle,
  type Verification,
} from "../src/index.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

const NOW = new Date("2026-03-01T12:00:00.000Z");

const nothing: Settlement = { changes: [], transitions: [], discrepancies: [], checks: [], receipts: [] };

const changeOf = (held: Verification, state: Partial<MutableState>, from = held.version): Change => ({
  id: held.id,
  from,
  version: from + 1,
  state: { ...held, ...state },
  endsAsking: false,
});
const transitionOf = (held: Verification, to: Verification["status"]): NewTransition => ({
  verificationId: held.id,
  version: held.version + 1,
  from: held.status,
  to,
  cause: "callback",
  receiptId: null,
  checkId: null,
  actor: "worker",
  at: NOW,
});
const discrepancyOf = (
  { id, route }: Pick<Verification, "id" | "route">,
  changes: Partial<NewDiscrepancy> = {},
): NewDiscrepancy => ({
  id: randomUUIDv7(),
  type: "claim_contradicted",
  route,
  verificationId: id,
  receiptId: null,
  checkId: null,
  openedAt: NOW,
  alert: { id: randomUUIDv7(), rule: "discrepancy.claim_contradicted", severity: "critical" },
  ...changes,
});
const checkOf = (held: Verification, changes: Partial<NewCheck> = {}): NewCheck => ({
  id: randomUUIDv7(),
  verificationId: held.id,
  operation: "CheckResult",
  kind: "pending",
  passed: null,
  subCode: null,
  walkAway: null,
  faceCheck: null,
  transactionId: null,
  code: "ProcessNotCompleted",
  httpStatus: 404,
  requestId: "R-1",
  askedAt: NOW,
  answeredAt: NOW,
  ...changes,
});

/** A receipt about a verification, waiting in the inbox. */
async function givenReceipt({ id, route }: Pick<Verification, "id" | "route">): Promise<string> {
  const receipt = {
    id: randomUUIDv7(),
    route,
    verificationId: id,
    transactionId: "hks-1",
    passed: true,
    subCode: "200",
    keyId: "k1",
    late: false,
    extra: null,
    receivedAt: NOW,
  };
  await insertReceipts(db, [receipt], "postgres", NOW);
  return receipt.id;
}

/** Everything one verification could have written beside it. */
async function everythingFor(held: Verification, change: Change): Promise<Settlement> {
  const receiptId = await givenReceipt(held);
  return {
    changes: [change],
    transitions: [transitionOf(held, change.state.status)],
    discrepancies: [discrepancyOf(held)],
    checks: [checkOf(held)],
    receipts: [{ receiptId, verificationId: held.id }],
  };
}

const inboxOf = async (settlement: Settlement) =>
  (
    await loadUndecided(
      db,
      settlement.receipts.map(({ receiptId }) => receiptId),
    )
  ).length;

describe("a settlement", () => {
  test("writes the row and everything beside it", async () => {
    const held = await givenVerification(db);
    const settlement = await everythingFor(held, changeOf(held, { status: "claimed", claimPassed: true }));
    expect(await settle(db, settlement, NOW)).toMatchObject({ lostIds: [] });

    expect(await findVerification(db, held.id)).toEqual({
      ...held,
      status: "claimed",
      claimPassed: true,
      version: held.version + 1,
      updatedAt: NOW,
    });
    const evidence = await loadEvidence(db, held);
    expect(evidence.transitions).toEqual(settlement.transitions);
    expect(evidence.checks).toEqual(settlement.checks);
    expect(evidence.discrepancies).toMatchObject([{ type: "claim_contradicted", openedAt: NOW, closedAt: null }]);
    expect(await inboxOf(settlement)).toBe(0);
  });

  test("keeps every column a decision may change, letter by letter", async () => {
    const held = await givenVerification(db);
    const state: MutableState = {
      status: "failed",
      transactionId: "hks-other",
      transactionSource: "callback",
      protocol: "π & 'quotes' \\ \"more\" \u{1F600}",
      transactionUrl: "https://face.example/?a=b&c",
      claimPassed: false,
      claimSubCode: "205",
      claimedAt: new Date("2026-03-01T11:59:59.123Z"),
      passed: false,
      subCode: "204",
      outcomeSource: "check_result",
      confirmedAt: NOW,
      walkAway: { progress: "interrupted", errorCode: "1006", page: "FACE" },
      errorCode: "E",
      errorMessage: "nothing",
      checkedAt: NOW,
      checkCount: 7,
      troubleCount: 3,
      recheckWanted: true,
      nextCheckAt: null,
      expiresAt: new Date("2026-03-01T12:30:00.456Z"),
    };
    await settle(db, { ...nothing, changes: [changeOf(held, state)] }, NOW);
    expect(await findVerification(db, held.id)).toMatchObject(state);
  });

  test("ends the turn to ask only when told to", async () => {
    const busy = { askingUntil: NOW };
    const held = await givenVerification(db);
    await db.sql`update verifications set asking_until = ${NOW.toISOString()} where id = ${held.id}`;
    await settle(db, { ...nothing, changes: [changeOf({ ...held, ...busy }, {})] }, NOW);
    expect(await findVerification(db, held.id)).toMatchObject({ askingUntil: NOW });

    const ends = { ...changeOf(held, {}, held.version + 1), endsAsking: true };
    await settle(db, { ...nothing, changes: [ends] }, NOW);
    expect(await findVerification(db, held.id)).toMatchObject({ askingUntil: null });
  });

  test("may hold nothing", async () => {
    expect(await settle(db, nothing, NOW)).toEqual({ lostIds: [], raised: [] });
  });

  test("may hold as many verifications as a batch of receipts", async () => {
    const held = await Promise.all(Array.from({ length: 200 }, () => givenVerification(db)));
    const changes = held.map((row) => changeOf(row, { status: "claimed" }));
    expect(
      await settle(db, { ...nothing, changes, transitions: held.map((row) => transitionOf(row, "claimed")) }, NOW),
    ).toEqual({
      lostIds: [],
      raised: [],
    });
  });

  test("that breaks a rule writes nothing at all", async () => {
    const good = await givenVerification(db);
    const ended = await givenVerification(db, { status: "passed" });
    const settlement = await everythingFor(good, changeOf(good, { status: "claimed" }));
    const illegal = changeOf(ended, { status: "awaiting", passed: null, subCode: null });
    const whole = settle(db, { ...settlement, changes: [...settlement.changes, illegal] }, NOW);
    await expect(whole).rejects.toMatchObject({ constraint_name: "verifications_legal_move" });

    expect(await findVerification(db, good.id)).toEqual(good);
    const nothingWritten = { transitions: [], checks: [], discrepancies: [], alerts: [] };
    expect(await loadEvidence(db, good)).toMatchObject(nothingWritten);
    expect(await inboxOf(settlement)).toBe(1);
  });
});

describe("a verification that has moved on since it was decided", () => {
  test("is left alone, with its move, its discrepancy and its receipt; its check is kept", async () => {
    const held = await givenVerification(db);
    const settlement = await everythingFor(held, changeOf(held, { status: "claimed" }));
    const winner = { ...changeOf(held, { status: "voided" }) };
    await settle(db, { ...nothing, changes: [winner] }, NOW);
    const before = await findVerification(db, held.id);

    expect(await settle(db, settlement, NOW)).toEqual({ lostIds: [held.id], raised: [] });
    expect(await findVerification(db, held.id)).toEqual(before);
    const evidence = await loadEvidence(db, held);
    expect(evidence.transitions).toEqual([]);
    expect(evidence.discrepancies).toEqual([]);
    expect(evidence.alerts).toEqual([]);
    expect(evidence.checks).toEqual(settlement.checks);
    expect(await inboxOf(settlement)).toBe(1);
  });

  test("takes nobody else in its batch with it", async () => {
    const lost = await givenVerification(db);
    const won = await givenVerification(db);
    const losing = await everythingFor(lost, changeOf(lost, { status: "claimed" }, lost.version - 1));
    const winning = await everythingFor(won, changeOf(won, { status: "claimed" }));
    const both: Settlement = {
      changes: [...losing.changes, ...winning.changes],
      transitions: [...losing.transitions, ...winning.transitions],
      discrepancies: [...losing.discrepancies, ...winning.discrepancies],
      checks: [],
      receipts: [...losing.receipts, ...winning.receipts],
    };
    expect(await settle(db, both, NOW)).toMatchObject({ lostIds: [lost.id], raised: [{ verificationId: won.id }] });
    expect(await findVerification(db, won.id)).toMatchObject({ status: "claimed" });
    expect((await loadEvidence(db, won)).transitions).toHaveLength(1);
    expect((await loadEvidence(db, lost)).transitions).toHaveLength(0);
    expect([await inboxOf(losing), await inboxOf(winning)]).toEqual([1, 0]);
  });

  test("is lost by all but one of ten who decided at once", async () => {
    const held = await givenVerification(db);
    const settlements = await Promise.all(
      Array.from({ length: 10 }, () =>
        settle(
          db,
          {
            ...nothing,
            changes: [changeOf(held, { status: "claimed" })],
            transitions: [transitionOf(held, "claimed")],
          },
          NOW,
        ),
      ),
    );
    expect(settlements.filter(({ lostIds }) => lostIds.length === 0)).toHaveLength(1);
    expect((await loadEvidence(db, held)).transitions).toHaveLength(1);
    expect(await findVerification(db, held.id)).toMatchObject({ version: held.version + 1 });
  });

  test("does not exist: its change is lost", async () => {
    const held = await givenVerification(db);
    const stranger = { ...held, id: randomUUIDv7() };
    expect(await settle(db, { ...nothing, changes: [changeOf(stranger, {})] }, NOW)).toEqual({
      lostIds: [stranger.id],
      raised: [],
    });
  });
});

describe("a discrepancy", () => {
  test("about a receipt is opened once, however often it is found", async () => {
    const held = await givenVerification(db);
    const receiptId = await givenReceipt(held);
    for (let time = 0; time < 3; time++) {
      await settle(db, { ...nothing, discrepancies: [discrepancyOf(held, { receiptId })] }, NOW);
    }
    expect((await loadEvidence(db, held)).discrepancies).toHaveLength(1);
  });

  test("that no receipt carries is opened once per verification and kind, and again after a person closed it", async () => {
    const held = await givenVerification(db);
    const found = () => settle(db, { ...nothing, discrepancies: [discrepancyOf(held)] }, NOW);
    await found();
    await found();
    await settle(db, { ...nothing, discrepancies: [discrepancyOf(held, { type: "result_changed" })] }, NOW);
    expect((await loadEvidence(db, held)).discrepancies.map((row) => row.type).toSorted()).toEqual([
      "claim_contradicted",
      "result_changed",
    ]);

    await db.sql`
      update discrepancies set closed_at = now(), closed_by = 'ann', closing_reason = 'looked into'
      where verification_id = ${held.id}`;
    await found();
    expect((await loadEvidence(db, held)).discrepancies).toHaveLength(3);
  });

  test("may be about a verification that does not exist", async () => {
    const unknown = { id: randomUUIDv7(), route: "default" };
    const receiptId = await givenReceipt(unknown);
    const receipts = [{ receiptId, verificationId: unknown.id }];
    const discrepancies = [discrepancyOf(unknown, { type: "unknown_transaction", receiptId })];
    expect(await settle(db, { ...nothing, discrepancies, receipts }, NOW)).toMatchObject({ lostIds: [] });
    expect(await loadUndecided(db, [receiptId])).toEqual([]);
    expect((await loadEvidence(db, unknown)).alerts).toMatchObject([{ verificationId: unknown.id }]);
  });
});

describe("an alert", () => {
  test("is written with the discrepancy it is about, and told", async () => {
    const held = await givenVerification(db);
    const alert = { id: randomUUIDv7(), rule: "discrepancy.result_changed", severity: "critical" } as const;
    const found = discrepancyOf(held, { type: "result_changed", alert });
    expect(await settle(db, { ...nothing, discrepancies: [found] }, NOW)).toEqual({
      lostIds: [],
      raised: [{ ...alert, route: held.route, verificationId: held.id }],
    });
    expect((await loadEvidence(db, held)).alerts).toEqual([
      {
        ...alert,
        detail: null,
        subject: null,
        confirmation: null,
        groupKey: `discrepancy.result_changed/${held.route}`,
        groupId: expect.any(String),
        status: "open",
        route: held.route,
        verificationId: held.id,
        discrepancyId: found.id,
        openedAt: NOW,
        acknowledgedAt: null,
        acknowledgedBy: null,
        resolvedAt: null,
        resolvedBy: null,
        resolution: null,
      },
    ]);
  });

  test("is raised once for a discrepancy that is found again and again, also twice in one batch", async () => {
    const held = await givenVerification(db);
    const receiptId = await givenReceipt(held);
    const again = () => [discrepancyOf(held), discrepancyOf(held), discrepancyOf(held, { receiptId })];
    const first = await settle(db, { ...nothing, discrepancies: again() }, NOW);
    const second = await settle(db, { ...nothing, discrepancies: again() }, NOW);
    expect([first.raised.length, second.raised.length]).toEqual([2, 0]);

    const { alerts, discrepancies } = await loadEvidence(db, held);
    expect(alerts.map((row) => row.discrepancyId).toSorted()).toEqual(discrepancies.map((row) => row.id).toSorted());
    expect(alerts.map((row) => row.id).toSorted()).toEqual(first.raised.map((row) => row.id).toSorted());
  });

  test("is raised by one of ten who find the same at once", async () => {
    const held = await givenVerification(db);
    const settled = await Promise.all(
      Array.from({ length: 10 }, () => settle(db, { ...nothing, discrepancies: [discrepancyOf(held)] }, NOW)),
    );
    expect(settled.flatMap(({ raised }) => raised)).toHaveLength(1);
    expect((await loadEvidence(db, held)).alerts).toHaveLength(1);
  });

  test("that cannot be written takes its discrepancy and everything beside it back", async () => {
    const held = await givenVerification(db);
    const settlement = await everythingFor(held, changeOf(held, { status: "claimed" }));
    const [found] = settlement.discrepancies;
    if (!found) throw new Error("There is one discrepancy.");
    const taken = { ...found, alert: { ...found.alert, id: randomUUIDv7() } };
    const other = await givenVerification(db);
    await settle(db, { ...nothing, discrepancies: [discrepancyOf(other, { alert: taken.alert })] }, NOW);

    const whole = settle(db, { ...settlement, discrepancies: [taken] }, NOW);
    await expect(whole).rejects.toMatchObject({ constraint_name: "alerts_pkey" });
    expect(await findVerification(db, held.id)).toEqual(held);
    expect(await loadEvidence(db, held)).toMatchObject({ transitions: [], checks: [], discrepancies: [], alerts: [] });
    expect(await inboxOf(settlement)).toBe(1);
  });
});

test("the same check is kept once, however often its settlement is tried", async () => {
  const held = await givenVerification(db);
  const check = checkOf(held, { walkAway: { progress: "not_started", errorCode: null, page: null } });
  for (let time = 0; time < 2; time++) await settle(db, { ...nothing, checks: [check] }, NOW);
  expect((await loadEvidence(db, held)).checks).toEqual([check]);
});
