import { randomUUIDv7 } from "node:crypto";
import { alertOnDiscrepancy } from "@verdict/domain";
import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  acknowledgeAlert,
  closeDiscrepancy,
  type Db,
  findAlert,
  findDiscrepancy,
  listAlerts,
  listDiscrepancies,
  type NewDiscrepancy,
  resolveAlert,
  settle,
} from "../src/index.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

const NOW = new Date("2026-03-01T12:00:00.123Z");
const LATER = new Date("2026-03-01T12:05:00.456Z");

/** Discrepancies with their alerts, on a route of their own unless told otherwise. Found all at once. */
async function givenDiscrepancies(...wanted: Partial<NewDiscrepancy>[]) {
  const route = randomUUIDv7();
  const discrepancies = wanted.map((changes): NewDiscrepancy => {
    const type = changes.type ?? "mutated_replay";
    const alert = { id: randomUUIDv7(), ...alertOnDiscrepancy(type) };
    const found = { id: randomUUIDv7(), type, route, verificationId: randomUUIDv7(), receiptId: null, checkId: null };
    return { ...found, openedAt: NOW, alert, ...changes };
  });
  await settle(db, { changes: [], transitions: [], discrepancies, checks: [], receipts: [] }, NOW);
  return { route, ids: discrepancies.map(({ id }) => id), alertIds: discrepancies.map(({ alert }) => alert.id) };
}

/** One of them: its id, and that of its alert. */
async function givenDiscrepancy() {
  const { ids, alertIds } = await givenDiscrepancies({});
  return { id: ids[0] ?? "", alertId: alertIds[0] ?? "" };
}

const byAnn = { by: "ann", at: NOW, reason: "our own test" };
const byBob = { by: "bob", at: LATER, reason: "another reason" };

describe("an alert", () => {
  test("is acknowledged by whoever comes first", async () => {
    const { alertId } = await givenDiscrepancy();
    const taken = await acknowledgeAlert(db, alertId, "ann", NOW);
    expect(taken).toMatchObject({ status: "acknowledged", acknowledgedBy: "ann", acknowledgedAt: NOW });
    expect(await acknowledgeAlert(db, alertId, "bob", LATER)).toEqual(taken);
    expect(await findAlert(db, alertId)).toEqual(taken);
  });

  test("is resolved once, acknowledged or not, and stays as it is then", async () => {
    for (const acknowledged of [true, false]) {
      const { id, alertId } = await givenDiscrepancy();
      if (acknowledged) await acknowledgeAlert(db, alertId, "bob", NOW);
      const ended = await resolveAlert(db, alertId, byAnn);
      expect(ended).toMatchObject({
        status: "resolved",
        resolvedBy: "ann",
        resolvedAt: NOW,
        resolution: "our own test",
        acknowledgedBy: acknowledged ? "bob" : null,
      });
      expect(await resolveAlert(db, alertId, byBob)).toBeNull();
      expect(await acknowledgeAlert(db, alertId, "bob", LATER)).toEqual(ended);
      expect(await findDiscrepancy(db, id)).toMatchObject({ closedAt: null });
    }
  });

  test("is resolved by one of ten who try at once", async () => {
    const { alertId } = await givenDiscrepancy();
    const ends = await Promise.all(Array.from({ length: 10 }, () => resolveAlert(db, alertId, byAnn)));
    expect(ends.filter((ended) => ended !== null)).toHaveLength(1);
  });

  test.each([randomUUIDv7(), "7", "' or true"])("that does not exist is none: %s", async (id) => {
    expect(await findAlert(db, id)).toBeNull();
    expect(await acknowledgeAlert(db, id, "ann", NOW)).toBeNull();
    expect(await resolveAlert(db, id, byAnn)).toBeNull();
  });
});

describe("a discrepancy", () => {
  test("is closed together with its alert, once", async () => {
    const { id, alertId } = await givenDiscrepancy();
    expect(await closeDiscrepancy(db, id, byAnn)).toBe(true);
    const closed = { closedBy: "ann", closedAt: NOW, closingReason: "our own test" };
    const resolved = { status: "resolved", resolvedBy: "ann", resolvedAt: NOW, resolution: "our own test" };
    expect(await findDiscrepancy(db, id)).toMatchObject(closed);
    expect(await findAlert(db, alertId)).toMatchObject(resolved);

    expect(await closeDiscrepancy(db, id, byBob)).toBe(false);
    expect(await findDiscrepancy(db, id)).toMatchObject(closed);
    expect(await findAlert(db, alertId)).toMatchObject(resolved);
  });

  test("leaves an alert that somebody resolved before with that reason", async () => {
    const { id, alertId } = await givenDiscrepancy();
    await resolveAlert(db, alertId, byBob);
    expect(await closeDiscrepancy(db, id, byAnn)).toBe(true);
    expect(await findAlert(db, alertId)).toMatchObject({ resolvedBy: "bob", resolution: "another reason" });
  });

  test("touches no other discrepancy's alert", async () => {
    const { ids, alertIds } = await givenDiscrepancies({}, {});
    await closeDiscrepancy(db, ids[0] ?? "", byAnn);
    expect(await findAlert(db, alertIds[1] ?? "")).toMatchObject({ status: "open" });
    expect(await findDiscrepancy(db, ids[1] ?? "")).toMatchObject({ closedAt: null });
  });

  test.each([randomUUIDv7(), "7", "' or true"])("that does not exist is none: %s", async (id) => {
    expect(await findDiscrepancy(db, id)).toBeNull();
    expect(await closeDiscrepancy(db, id, byAnn)).toBe(false);
  });
});

describe("a list", () => {
  const all = { limit: 100 };

  test("goes page by page through every row once, newest first, also where all were opened at once", async () => {
    const openedAt = (ms: number) => ({ openedAt: new Date(NOW.getTime() + ms) });
    const { route } = await givenDiscrepancies({}, {}, openedAt(1), {}, openedAt(-1), {}, openedAt(1));
    const whole = await listAlerts(db, { route }, all);
    const newestFirst = whole.toSorted(
      (a, b) => b.openedAt.getTime() - a.openedAt.getTime() || b.id.localeCompare(a.id),
    );
    expect(whole).toHaveLength(7);
    expect(whole).toEqual(newestFirst);

    const seen = [];
    let after: (typeof whole)[number] | undefined;
    do {
      const page: typeof whole = await listAlerts(db, { route }, { limit: 2, after });
      seen.push(...page);
      after = page.at(-1);
    } while (after);
    expect(seen).toEqual(whole);
  });

  test("of alerts holds those that fit", async () => {
    const { route, alertIds } = await givenDiscrepancies({}, { type: "result_after_end" }, {}, {});
    const [first = "", warning, third = "", open] = alertIds;
    await acknowledgeAlert(db, first, "ann", NOW);
    await resolveAlert(db, third, byAnn);
    const listed = async (filter: Parameters<typeof listAlerts>[1]) =>
      (await listAlerts(db, { route, ...filter }, all)).map((row) => row.id).toSorted();

    expect(await listed({ status: "open" })).toEqual([warning, open].toSorted());
    expect(await listed({ status: "acknowledged" })).toEqual([first]);
    expect(await listed({ status: "resolved" })).toEqual([third]);
    expect(await listed({ severity: "warning" })).toEqual([warning]);
    expect(await listed({ rule: "discrepancy.result_after_end" })).toEqual([warning]);
    expect(await listed({ severity: "critical", status: "open" })).toEqual([open]);
    expect(await listed({ route: "nowhere" })).toEqual([]);
  });

  test("of discrepancies holds those that fit", async () => {
    const { route, ids } = await givenDiscrepancies({}, { type: "result_after_end" }, {});
    const [first = "", other, third] = ids;
    await closeDiscrepancy(db, first, byAnn);
    const listed = async (filter: Parameters<typeof listDiscrepancies>[1]) =>
      (await listDiscrepancies(db, { route, ...filter }, all)).map((row) => row.id).toSorted();

    expect(await listed({ status: "open" })).toEqual([other, third].toSorted());
    expect(await listed({ status: "closed" })).toEqual([first]);
    expect(await listed({ type: "mutated_replay" })).toEqual([first, third].toSorted());
    expect(await listed({ type: "mutated_replay", status: "open" })).toEqual([third]);
    expect(await listed({ route: "nowhere" })).toEqual([]);
  });
});
