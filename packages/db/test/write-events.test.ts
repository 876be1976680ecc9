import { randomUUIDv7 } from "node:crypto";
import { eventOnMove, MOVES, type Status } from "@verdict/domain";
import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  acknowledgeAlert,
  closeDiscrepancy,
  closeQuarantine,
  createRegistered,
  type Db,
  findVerification,
  resolveAlert,
  settle,
  yieldTransaction,
} from "../src/index.ts";
import { events } from "../src/schema.ts";
import { AT, discrepancyOf, givenEvent, move, moveTo, NOTHING } from "./given-events.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

const CLOSING = { by: "ann", at: AT, reason: "our own test" };

/** Everything written about a subject, by version; whether it is told or held back. */
async function eventsOf(subjectId: string) {
  const rows = await db.orm.select().from(events).where(eq(events.subjectId, subjectId)).orderBy(events.version);
  return rows.map(({ type, route, version, verificationId, at, data, position }) => {
    return { type, route, version, verificationId, at, data, told: position !== null };
  });
}

const moves = Object.entries(MOVES).flatMap(([from, tos]) => tos.map((to) => [from as Status, to] as const));

test.each(moves)("a move from %s to %s is told in one event, with the version after it", async (from, to) => {
  const held = await givenVerification(db, { status: from });
  await move(db, held, to);
  expect(await eventsOf(held.id)).toMatchObject([
    {
      type: eventOnMove(to),
      version: held.version + 1,
      verificationId: held.id,
      at: AT,
      told: true,
      data: { status: to },
    },
  ]);
});

test("an event shows its verification as it stands after the move, and nothing personal", async () => {
  const held = await givenVerification(db, {
    status: "claimed",
    claimPassed: true,
    claimSubCode: "200",
    sceneCode: "door",
  });
  await move(db, held, "passed");
  const [event] = await eventsOf(held.id);
  expect(event?.data).toEqual({
    status: "passed",
    product: "FACE_VERIFY",
    merchantBizId: held.merchantBizId,
    sceneCode: "door",
    transactionId: held.transactionId,
    cause: "a test",
    claim: { passed: true, subCode: "200" },
    passed: true,
    subCode: "200",
    outcomeSource: "check_result",
    walkAway: null,
    errorCode: null,
  });
  expect(JSON.stringify(event)).not.toContain(held.merchantUserHash);
});

test("a decision that lost its race tells nothing, and neither does a change that moves nothing", async () => {
  const held = await givenVerification(db);
  await move(db, { ...held, version: 7 }, "claimed", { discrepancies: [discrepancyOf(held, "mutated_replay")] });
  const { changes } = moveTo(held, "awaiting");
  await settle(db, { ...NOTHING, changes }, AT);
  expect(await eventsOf(held.id)).toHaveLength(0);
});

test("moves of a settlement that do not follow one another are refused, and nothing is written", async () => {
  const held = await givenVerification(db);
  const { changes, transitions } = moveTo(held, "claimed");
  await expect(settle(db, { ...NOTHING, changes, transitions: [...transitions, ...transitions] }, AT)).rejects.toThrow(
    "do not follow one another",
  );
  expect((await findVerification(db, held.id))?.status).toBe("awaiting");
});

test("what is undone was never told", async () => {
  const held = await givenVerification(db);
  const undone = db.sql.begin(async (sql) => {
    await move({ ...db, sql: sql as unknown as Db["sql"] }, held, "claimed");
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  expect(await eventsOf(held.id)).toHaveLength(0);
});

test("a registered session is told of as started", async () => {
  const id = randomUUIDv7();
  await createRegistered(db, {
    ...{ id, route: "shop", product: "ID_OCR", merchantBizId: "b-1", transactionId: "hks-9", sceneCode: null },
    ...{ merchantUserHash: "0".repeat(32), requestHash: "0".repeat(64), opaqueToken: null, actor: "api" },
    ...{ createdAt: AT, expiresAt: AT, nextCheckAt: AT, registeredAt: AT },
  });
  const data = {
    status: "awaiting",
    product: "ID_OCR",
    merchantBizId: "b-1",
    transactionId: "hks-9",
    cause: "registered",
  };
  expect(await eventsOf(id)).toMatchObject([
    { type: "verification.started", route: "shop", version: 1, verificationId: id, at: AT, data },
  ]);
});

describe("discrepancies and alerts", () => {
  test("both are told when they open, and when a person closes the discrepancy", async () => {
    const held = await givenVerification(db, { route: "shop" });
    const found = discrepancyOf(held, "mutated_replay");
    await settle(db, { ...NOTHING, discrepancies: [found] }, AT);
    await settle(db, { ...NOTHING, discrepancies: [discrepancyOf(held, "mutated_replay")] }, AT);
    const later = new Date(AT.getTime() + 5_000);
    await closeDiscrepancy(db, found.id, { ...CLOSING, at: later });
    await closeDiscrepancy(db, found.id, CLOSING);
    const about = { route: "shop", verificationId: held.id, told: true };
    const openedAt = "2026-03-01T12:00:00.123Z";
    const discrepancy = "mutated_replay";
    expect(await eventsOf(found.id)).toEqual([
      { ...about, type: "discrepancy.opened", version: 1, at: AT, data: { status: "open", discrepancy, openedAt } },
      {
        ...about,
        type: "discrepancy.closed",
        version: 2,
        at: later,
        data: { status: "closed", discrepancy, openedAt },
      },
    ]);
    const alert = { rule: `discrepancy.${discrepancy}`, severity: "critical", detail: null, openedAt };
    const about2 = { ...alert, discrepancyId: found.id };
    expect(await eventsOf(found.alert.id)).toEqual([
      { ...about, type: "alert.opened", version: 1, at: AT, data: { ...about2, status: "open" } },
      { ...about, type: "alert.resolved", version: 3, at: later, data: { ...about2, status: "resolved" } },
    ]);
  });

  test("an alert is told once when it opens, is acknowledged and is resolved, with nobody's name", async () => {
    const id = await givenEvent(db);
    await acknowledgeAlert(db, id, "ann", AT, "on it");
    await acknowledgeAlert(db, id, "bob", AT);
    await resolveAlert(db, id, CLOSING);
    await resolveAlert(db, id, CLOSING);
    const told = await eventsOf(id);
    expect(told.map(({ type, version }) => [type, version])).toEqual([
      ["alert.opened", 1],
      ["alert.acknowledged", 2],
      ["alert.resolved", 3],
    ]);
    expect(JSON.stringify(told)).not.toMatch(/ann|on it|our own test/);
  });

  test("a quarantined callback that is adopted", async () => {
    const stranger = { id: randomUUIDv7(), route: "default" };
    const found = { ...discrepancyOf(stranger, "unknown_transaction"), receiptId: randomUUIDv7() };
    await settle(db, { ...NOTHING, discrepancies: [found] }, AT);
    await closeQuarantine(db, [found.receiptId], CLOSING);
    expect((await eventsOf(found.id)).map(({ type }) => type)).toEqual(["discrepancy.opened", "discrepancy.closed"]);
    expect((await eventsOf(found.alert.id)).map(({ type }) => type)).toEqual(["alert.opened", "alert.resolved"]);
  });

  test("a session that gives its transaction up", async () => {
    const held = await givenVerification(db, { transactionSource: "callback" });
    const named = { route: held.route, transactionId: held.transactionId ?? "" };
    await yieldTransaction(db, { ...named, owner: randomUUIDv7(), at: AT });
    const told = await db.sql`select type, data from events where verification_id = ${held.id} order by id`;
    expect([...told]).toMatchObject([
      { type: "discrepancy.opened", data: { discrepancy: "transaction_mismatch" } },
      { type: "alert.opened", data: { rule: "discrepancy.transaction_mismatch" } },
    ]);
  });
});
