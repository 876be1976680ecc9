import type { Product } from "@verdict/domain";
import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type CallBudget,
  type Db,
  findDueBudgets,
  giveBackCallSlots,
  leaseVerification,
  moveBreaker,
  setCallLimit,
  takeCallSlots,
  takeDueChecks,
} from "../src/index.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

const NOW = new Date("2026-03-01T10:00:00.000Z");
const seconds = (count: number) => new Date(NOW.getTime() + count * 1_000);

/** What is due is looked for by route: each test has one of its own. */
let route: string;
let budget: CallBudget;
let tests = 0;
beforeEach(() => {
  tests += 1;
  route = `route-${tests}`;
  budget = { route, product: "FACE_VERIFY", operation: "CheckResult" };
});

const given = (changes: Parameters<typeof givenVerification>[1] = {}) =>
  givenVerification(db, { route, createdAt: seconds(-60), nextCheckAt: NOW, ...changes });

const take = (changes: Partial<{ most: number; limited: boolean; now: Date; product: Product }> = {}) => {
  const { product = "FACE_VERIFY", now = NOW, ...rest } = changes;
  const until = new Date(now.getTime() + 60_000);
  return takeDueChecks(db, route, product, { now, until, most: 100, limited: false, ...rest });
};
const idsOf = async (taking: ReturnType<typeof take>) => (await taking).verifications.map(({ id }) => id);

describe("what is due", () => {
  test("is taken by route and product, and what is not due is left", async () => {
    const due = await given();
    await given({ nextCheckAt: seconds(1) });
    await given({ product: "ID_OCR" });
    await given({ route: `${route}-other` });
    await given({ status: "passed", nextCheckAt: null });
    expect(await idsOf(take())).toEqual([due.id]);
  });

  test("is taken once, until its lease ends", async () => {
    const { id } = await given();
    const [first, second] = await Promise.all([idsOf(take()), idsOf(take())]);
    expect([...first, ...second]).toEqual([id]);
    expect(await idsOf(take({ now: seconds(60) }))).toEqual([]);
    expect(await idsOf(take({ now: seconds(61) }))).toEqual([id]);
  });

  test("is not taken while somebody is asking about it", async () => {
    const { id } = await given();
    await leaseVerification(db, id, NOW, seconds(30));
    expect(await idsOf(take())).toEqual([]);
  });

  test("comes in the order of its lanes, and the oldest first in each", async () => {
    const late = { expiresAt: seconds(-120) };
    const poll = await given({ nextCheckAt: seconds(-5) });
    const fresh = await given({ status: "claimed", claimPassed: true, claimSubCode: "200", claimedAt: NOW });
    const backfill = await given({ ...late, status: "expired", nextCheckAt: seconds(-50) });
    const expiring = await given({ ...late, nextCheckAt: seconds(-1) });
    const older = await given({ nextCheckAt: seconds(-6) });
    const wanted = [fresh, expiring, older, poll, backfill].map(({ id }) => id);
    expect(await idsOf(take({ most: 2 }))).toEqual(wanted.slice(0, 2));
    expect(await idsOf(take())).toEqual(wanted.slice(2));
  });

  test("is told of by route and product", async () => {
    await given({ nextCheckAt: seconds(-1) });
    await given({ product: "ID_OCR", nextCheckAt: seconds(1) });
    const budgets = (["FACE_VERIFY", "ID_OCR"] as const).map((product) => ({ route, product }));
    expect(await findDueBudgets(db, [...budgets, { route: "nobody", product: "ID_OCR" }], NOW)).toEqual([budgets[0]]);
  });
});

describe("a limit", () => {
  const LEASE_MS = 60_000;
  const takeSlots = async (most: number) => (await takeCallSlots(db, budget, most, LEASE_MS)).slots;

  test("lets no more be taken than there are calls, and ten at once share them", async () => {
    await setCallLimit(db, budget, 7);
    await Promise.all(Array.from({ length: 20 }, () => given()));
    const taken = await Promise.all(Array.from({ length: 10 }, () => take({ limited: true })));
    expect(taken.flatMap(({ verifications }) => verifications)).toHaveLength(7);
    expect(taken.flatMap(({ slots }) => slots ?? []).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test("tells when the next call is free, only where something waits for it", async () => {
    await setCallLimit(db, budget, 1);
    await given();
    expect(await take({ limited: true })).toMatchObject({ slots: [0], freeInMs: null });
    await given();
    const waiting = await take({ limited: true });
    expect(waiting).toMatchObject({ verifications: [], slots: [] });
    expect(waiting.freeInMs).toBeGreaterThan(59_000);
    await giveBackCallSlots(db, budget, [0]);
    expect((await take({ limited: true })).freeInMs).toBeLessThanOrEqual(1_000);
  });

  test("leaves calls free that nothing is due for", async () => {
    await setCallLimit(db, budget, 3);
    await given();
    expect((await take({ limited: true })).slots).toHaveLength(1);
    expect(await takeSlots(5)).toHaveLength(2);
  });

  test("holds a call that was given back for another second, and one that never was until its lease ends", async () => {
    await setCallLimit(db, budget, 2);
    expect(await takeSlots(2)).toHaveLength(2);
    await giveBackCallSlots(db, budget, [0]);
    const { slots, freeInMs } = await takeCallSlots(db, budget, 2, LEASE_MS);
    expect(slots).toEqual([]);
    expect(freeInMs).toBeGreaterThan(0);
    expect(freeInMs).toBeLessThanOrEqual(1_000);
    await db.sql`update call_slots set free_at = clock_timestamp() where route = ${route} and slot = 0`;
    expect(await takeSlots(2)).toEqual([0]);
  });

  test("can be raised and lowered", async () => {
    await setCallLimit(db, budget, 5);
    await setCallLimit(db, budget, 2);
    expect(await takeSlots(9)).toHaveLength(2);
    await setCallLimit(db, budget, 4);
    expect(await takeSlots(9)).toHaveLength(2);
  });
});

describe("a breaker", () => {
  const block = (state: "open" | "parked", until: Date) =>
    moveBreaker(
      db,
      budget,
      { state: "closed", troubles: 0, blockedUntil: NOW, code: null },
      () => ({ state, troubles: 3, blockedUntil: until, code: "ServiceUnavailable" }),
      NOW,
    );

  test.each(["open", "parked"] as const)("that is %s lets nothing through before its time, then one", async (state) => {
    await Promise.all(Array.from({ length: 5 }, () => given()));
    await block(state, seconds(10));
    expect(await take({ now: seconds(9) })).toMatchObject({ verifications: [], breaker: { state } });
    const first = await take({ now: seconds(10) });
    expect(first.verifications).toHaveLength(1);
    expect(first.breaker).toMatchObject({ state, troubles: 3, code: "ServiceUnavailable" });
    // Whoever tries has until its lease ends; only then somebody else may.
    expect((await take({ now: seconds(69) })).verifications).toHaveLength(0);
    expect((await take({ now: seconds(70) })).verifications).toHaveLength(1);
  });

  test("that is closed lets everything through", async () => {
    await Promise.all([given(), given()]);
    await block("open", NOW);
    const closed = { state: "closed", troubles: 0, blockedUntil: NOW, code: null } as const;
    const moved = await moveBreaker(db, budget, closed, () => closed, seconds(1));
    expect(moved).toMatchObject({ before: { state: "open" }, after: { state: "closed" } });
    expect((await take()).verifications).toHaveLength(2);
  });

  test("is moved by one process at a time", async () => {
    const initial = { state: "closed", troubles: 0, blockedUntil: NOW, code: null } as const;
    await Promise.all(
      Array.from({ length: 8 }, () =>
        moveBreaker(db, budget, initial, (held) => ({ ...held, troubles: held.troubles + 1 }), NOW),
      ),
    );
    const last = await moveBreaker(db, budget, initial, (held) => ({ ...held, code: "seen" }), NOW);
    expect(last?.before.troubles).toBe(8);
  });
});
