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
  type TakenCall,
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

type Changes = { most: number; limited: boolean; now: Date; product: Product; aheadMs: number };
const take = (changes: Partial<Changes> = {}) => {
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
    const asked = await given({ status: "passed", nextCheckAt: seconds(-1), recheckWanted: true });
    const wanted = [asked, fresh, expiring, older, poll, backfill].map(({ id }) => id);
    expect(await idsOf(take({ most: 3 }))).toEqual(wanted.slice(0, 3));
    expect(await idsOf(take())).toEqual(wanted.slice(3));
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
  const takeCalls = async (most: number) => (await takeCallSlots(db, budget, most, LEASE_MS)).slots;
  const slotsOf = (calls: readonly TakenCall[] | null) => (calls ?? []).map(({ slot }) => slot);
  const giveBack = (calls: readonly TakenCall[] | null, answeredMsAgo = 0) =>
    giveBackCallSlots(
      db,
      budget,
      (calls ?? []).map((call) => ({ ...call, answeredMsAgo })),
    );
  /** In milliseconds from now, by the database's clock. */
  const freeIn = async (slot: number) => {
    const [row] = await db.sql<[{ ms: number }]>`
      select (extract(epoch from free_at - clock_timestamp()) * 1000)::float8 as ms from call_slots
      where route = ${route} and slot = ${slot}`;
    return row.ms;
  };

  test("lets no more be taken than there are calls, and ten at once share them", async () => {
    await setCallLimit(db, budget, 7);
    await Promise.all(Array.from({ length: 20 }, () => given()));
    const taken = await Promise.all(Array.from({ length: 10 }, () => take({ limited: true })));
    expect(taken.flatMap(({ verifications }) => verifications)).toHaveLength(7);
    expect(taken.flatMap(({ calls }) => slotsOf(calls)).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test("tells when the next call is free, only where something waits for it", async () => {
    await setCallLimit(db, budget, 1);
    await given();
    const first = await take({ limited: true });
    expect(first).toMatchObject({ calls: [{ slot: 0, inMs: 0 }], freeInMs: null });
    await given();
    const waiting = await take({ limited: true });
    expect(waiting).toMatchObject({ verifications: [], calls: [] });
    expect(waiting.freeInMs).toBeGreaterThan(59_000);
    await giveBack(first.calls);
    expect((await take({ limited: true })).freeInMs).toBeLessThanOrEqual(1_000);
    await db.sql`update call_slots set free_at = clock_timestamp() where route = ${route}`;
    await given();
    // Every call there is has just been taken.
    expect((await take({ limited: true })).freeInMs).toBe(1_000);
  });

  test("leaves calls free that nothing is due for", async () => {
    await setCallLimit(db, budget, 3);
    await given();
    expect((await take({ limited: true })).calls).toHaveLength(1);
    expect(await takeCalls(5)).toHaveLength(2);
  });

  test("holds a call that was given back for another second, and one that never was until its lease ends", async () => {
    await setCallLimit(db, budget, 2);
    const taken = await takeCalls(2);
    await giveBack(taken.filter(({ slot }) => slot === 0));
    const { slots, freeInMs } = await takeCallSlots(db, budget, 2, LEASE_MS);
    expect(slots).toEqual([]);
    expect(freeInMs).toBeGreaterThan(0);
    expect(freeInMs).toBeLessThanOrEqual(1_000);
    await db.sql`update call_slots set free_at = clock_timestamp() where route = ${route} and slot = 0`;
    expect(slotsOf(await takeCalls(2))).toEqual([0]);
  });

  test("holds a call for a second from its answer, not from when it was given back", async () => {
    await setCallLimit(db, budget, 3);
    const [one, other, last] = await takeCalls(3);
    await giveBack(one ? [one] : [], 600);
    expect(await freeIn(one?.slot ?? -1)).toBeLessThanOrEqual(400);
    await giveBack(other ? [other] : [], 90_000);
    expect(await freeIn(other?.slot ?? -1)).toBeLessThanOrEqual(0);
    const before = performance.now();
    await giveBack(last ? [last] : []);
    const left = await freeIn(last?.slot ?? -1);
    expect(left + (performance.now() - before)).toBeGreaterThanOrEqual(1_000);
  });

  test("is not given back by somebody whose lease has ended", async () => {
    await setCallLimit(db, budget, 1);
    const late = await takeCalls(1);
    await db.sql`update call_slots set free_at = clock_timestamp() where route = ${route}`;
    expect(await takeCalls(1)).toHaveLength(1);
    await giveBack(late, 90_000);
    expect(await takeCalls(1)).toEqual([]);
    expect(await freeIn(0)).toBeGreaterThan(50_000);
  });

  test("lets a call be taken ahead, with the time at which it may be made, the most urgent first", async () => {
    await setCallLimit(db, budget, 3);
    await db.sql`
      update call_slots set free_at = clock_timestamp() + (2 - slot) * interval '10 minutes' where route = ${route}`;
    const older = await given({ nextCheckAt: seconds(-2) });
    const newer = await given({ nextCheckAt: seconds(-1) });
    await given();
    const taken = await take({ limited: true, aheadMs: 15 * 60_000 });
    expect(taken.verifications.map(({ id }) => id)).toEqual([older.id, newer.id]);
    expect(slotsOf(taken.calls)).toEqual([2, 1]);
    const [now, later] = taken.calls ?? [];
    expect(now?.inMs).toBe(0);
    expect(later?.inMs).toBeGreaterThan(9 * 60_000);
    expect(later?.inMs).toBeLessThanOrEqual(10 * 60_000);
    expect(taken.freeInMs).toBeGreaterThan(19 * 60_000);
  });

  test("without a call that is free leaves what is due untouched", async () => {
    await setCallLimit(db, budget, 1);
    const { id } = await given();
    await takeCalls(1);
    expect(await idsOf(take({ limited: true }))).toEqual([]);
    expect(await idsOf(take())).toEqual([id]);
  });

  test("can be raised and lowered", async () => {
    await setCallLimit(db, budget, 5);
    await setCallLimit(db, budget, 2);
    expect(await takeCalls(9)).toHaveLength(2);
    await setCallLimit(db, budget, 4);
    expect(await takeCalls(9)).toHaveLength(2);
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
