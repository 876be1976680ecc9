import { randomUUIDv7 } from "node:crypto";
import { MOVES, type Status } from "@verdict/domain";
import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  countStaleHours,
  type Db,
  findStaleSince,
  inTransaction,
  keepVerification,
  openDatabase,
  readCounts,
  searchVerifications,
  type Verification,
} from "../src/index.ts";

let database: TestDatabase;
let db: Db;
let other: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  other = openDatabase(database.url, { max: 8 });
});
afterAll(async () => {
  await other.close();
  await database.drop();
});
beforeEach(empty);

async function empty(): Promise<void> {
  for (const table of ["verifications", "verification_counts", "verification_day_counts", "stale_hours"])
    await db.sql`delete from ${db.sql(table)}`;
}

const T0 = Date.parse("2026-03-01T22:00:00.000Z");
const HOUR = 3_600_000;

async function countAll(by: Db = db): Promise<void> {
  for (;;) {
    const counted = await countStaleHours(by, 2);
    if (counted.kind === "counted" && counted.hours.length === 0) return;
  }
}

/** Counts of everything, as `hour route product scene measure value` to how many. */
async function held(by: "hour" | "day" = "hour"): Promise<Record<string, number>> {
  const [from, to] = [new Date(T0 - 100 * HOUR), new Date(T0 + 100 * HOUR)];
  const groupBy = ["route", "product", "sceneCode"] as const;
  const counts = await readCounts(db, { from, to, by, groupBy, routes: null });
  return Object.fromEntries(
    counts.map((one) => [
      [one.at.toISOString(), one.route, one.product, one.sceneCode, one.measure, one.value].join(" "),
      one.count,
    ]),
  );
}

/** The same, from the rows. */
async function recounted(span = HOUR): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const row of await searchVerifications(db, {}, { limit: 100_000 })) {
    const hour = new Date(Math.floor(row.createdAt.getTime() / span) * span).toISOString();
    for (const [measure, value] of saidBy(row)) {
      if (value === null) continue;
      const key = [hour, row.route, row.product, row.sceneCode ?? "", measure, value].join(" ");
      counts[key] = (counts[key] ?? 0) + 1;
    }
  }
  return counts;
}

function saidBy(row: Verification): [string, string | null][] {
  const confirmed = row.status === "passed" || row.status === "failed";
  const seconds = row.confirmedAt ? (row.confirmedAt.getTime() - row.createdAt.getTime()) / 1000 : 0;
  return [
    ["status", row.status],
    ["sub_code", row.subCode],
    ["progress", row.status === "expired" ? (row.walkAway?.progress ?? "unknown") : null],
    ["page", row.status === "expired" ? (row.walkAway?.page ?? null) : null],
    ["callback", row.outcomeSource === "check_result" ? (row.claimedAt ? "arrived" : "missing") : null],
    ["seconds", confirmed ? `${Math.ceil(20 * Math.log10(Math.max(seconds, 0.1)) - 1e-9)}` : null],
  ];
}

type Step =
  | { kind: "begin"; at: number; route: string; scene: string | null }
  | { kind: "move"; nth: number; choice: number; seconds: number; page: string | null }
  | { kind: "erase"; nth: number }
  | { kind: "lease"; nth: number }
  | { kind: "count" };

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("begin" as const),
      at: fc.integer({ min: 0, max: 5 * HOUR - 1 }),
      route: fc.constantFrom("default", "branch"),
      scene: fc.constantFrom("loan", null),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("move" as const),
      nth: fc.nat(30),
      choice: fc.nat(10),
      seconds: fc.constantFrom(1, 37, 599, 40_000),
      page: fc.constantFrom("intro", "camera", null),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("erase" as const), nth: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lease" as const), nth: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.constant({ kind: "count" as const }) },
);

/** Transactions that are open while others begin and end. */
const histories = fc.array(fc.array(steps, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 10 });

async function take(tx: Db, step: Exclude<Step, { kind: "count" }>, ids: string[]): Promise<void> {
  if (step.kind === "begin") {
    const id = randomUUIDv7();
    const createdAt = new Date(T0 + step.at);
    await givenVerification(tx, { id, route: step.route, sceneCode: step.scene, createdAt, status: "initializing" });
    ids.push(id);
    return;
  }
  const id = ids[step.nth % Math.max(ids.length, 1)];
  if (id === undefined) return;
  switch (step.kind) {
    case "lease":
      return keepVerification(tx, id, new Date());
    case "erase":
      await tx.sql`delete from verifications where id = ${id}`;
      return;
    case "move":
      return move(tx, id, step);
  }
}

/** One legal move, whatever it is: late evidence after expiry, a person's void, a result. */
async function move(
  { sql }: Db,
  id: string,
  { choice, seconds, page }: Extract<Step, { kind: "move" }>,
): Promise<void> {
  const [row] = await sql<{ status: Status }[]>`select status from verifications where id = ${id} for update`;
  const ways = row ? MOVES[row.status] : [];
  const to = ways[choice % Math.max(ways.length, 1)];
  if (!to) return;
  const result = to === "passed" || to === "failed" ? to === "passed" : null;
  const walkAway = to === "expired" ? JSON.stringify({ progress: "interrupted", errorCode: null, page }) : null;
  await sql`
    update verifications set status = ${to}, version = version + 1, passed = ${result}, sub_code = ${result === null ? null : `20${choice % 7}`},
      outcome_source = ${result === null ? null : "check_result"}, walk_away = coalesce(${walkAway}::text::jsonb, walk_away),
      claimed_at = case when ${to === "claimed"} then now() else claimed_at end,
      confirmed_at = case when ${result !== null} then created_at + ${seconds} * interval '1 second' end
    where id = ${id}`;
}

test("counts are what a recount gives, after any history and whoever commits late", async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      await empty();
      await Promise.all(
        history.slice(0, 6).map((transaction) => {
          // What others have begun is not theirs to change: transactions wait for commits, not for each other's locks.
          const ids: string[] = [];
          return inTransaction(other, async (tx) => {
            for (const step of transaction) {
              if (step.kind === "count") await countStaleHours(db, 2);
              else await take(tx, step, ids);
            }
          });
        }),
      );
      const ids = (await db.sql<{ id: string }[]>`select id from verifications order by id`).map(({ id }) => id);
      for (const transaction of history.slice(6)) {
        for (const step of transaction) {
          if (step.kind === "count") await countStaleHours(db, 2);
          else await take(db, step, ids);
        }
      }
      await Promise.all([countAll(), countAll(other)]);
      expect(await held()).toEqual(await recounted());
      expect(await held("day")).toEqual(await recounted(24 * HOUR));
      expect(await findStaleSince(db)).toBeNull();
    }),
    { numRuns: 30 },
  );
});

test("a change that is committed after its hour was counted has it counted again", async () => {
  const { id } = await givenVerification(db, { createdAt: new Date(T0) });
  const committing = Promise.withResolvers<void>();
  const changed = Promise.withResolvers<void>();
  const late = inTransaction(other, async (tx) => {
    await move(tx, id, { kind: "move", nth: 0, choice: 1, seconds: 5, page: null });
    changed.resolve();
    await committing.promise;
  });
  await changed.promise;
  await countAll();
  const key = `${new Date(T0).toISOString()} default FACE_VERIFY  status`;
  expect(await held()).toEqual({ [`${key} awaiting`]: 1 });
  committing.resolve();
  await late;
  expect(await findStaleSince(db)).not.toBeNull();
  await countAll();
  expect(await held()).toMatchObject({ [`${key} passed`]: 1 });
  expect(await held()).not.toHaveProperty(`${key} awaiting`);
});

test("one process counts at a time, and the others leave it to that one", async () => {
  await givenVerification(db, { createdAt: new Date(T0) });
  await inTransaction(other, async (tx) => {
    expect(await countStaleHours(tx, 10)).toMatchObject({ kind: "counted", hours: [new Date(T0)] });
    expect(await countStaleHours(db, 10)).toEqual({ kind: "busy" });
  });
  expect(await countStaleHours(db, 10)).toEqual({ kind: "counted", hours: [] });
});

test("the latest hours come first, so that old ones hold nobody up", async () => {
  for (const hour of [0, 2, 1]) await givenVerification(db, { createdAt: new Date(T0 + hour * HOUR) });
  expect(await countStaleHours(db, 2)).toMatchObject({ hours: [new Date(T0 + HOUR), new Date(T0 + 2 * HOUR)] });
  expect(await countStaleHours(db, 2)).toMatchObject({ hours: [new Date(T0)] });
});

test("what is not counted makes nothing stale", async () => {
  const { id } = await givenVerification(db, { createdAt: new Date(T0) });
  await countAll();
  await keepVerification(db, id, new Date());
  await db.sql`update verifications set version = version + 1, check_count = 3 where id = ${id}`;
  expect(await findStaleSince(db)).toBeNull();
});

test("sums are by hour or by UTC day, and by nothing that was not asked for", async () => {
  for (const hour of [0, 1, 2]) {
    await givenVerification(db, { createdAt: new Date(T0 + hour * HOUR), sceneCode: hour === 1 ? "loan" : null });
  }
  await givenVerification(db, { createdAt: new Date(T0), route: "branch" });
  await countAll();
  const span = { from: new Date("2026-03-01T00:00:00Z"), to: new Date(T0 + 3 * HOUR), routes: null };
  const none = { route: null, product: null, sceneCode: null, measure: "status", value: "awaiting" };
  const [first, second] = [new Date("2026-03-01T00:00:00Z"), new Date("2026-03-02T00:00:00Z")];
  expect(await readCounts(db, { ...span, by: "day", groupBy: [] })).toEqual([
    { at: first, ...none, count: 3 },
    { at: second, ...none, count: 1 },
  ]);
  expect(await readCounts(db, { ...span, by: "day", groupBy: ["route"], routes: ["branch"] })).toEqual([
    { at: first, ...none, route: "branch", count: 1 },
  ]);
  expect(await readCounts(db, { ...span, by: "hour", groupBy: ["sceneCode"], sceneCode: "loan" })).toEqual([
    { at: new Date(T0 + HOUR), ...none, sceneCode: "loan", count: 1 },
  ]);
  expect(await readCounts(db, { ...span, by: "hour", groupBy: [], product: "ID_OCR" })).toEqual([]);
  expect(await readCounts(db, { ...span, by: "hour", groupBy: [], routes: [] })).toEqual([]);
});
