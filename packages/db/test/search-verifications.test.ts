import { randomUUIDv7 } from "node:crypto";
import { PRODUCTS } from "@verdict/domain";
import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  closeDiscrepancy,
  type Db,
  findVerificationsByIds,
  searchVerifications,
  type Verification,
  type VerificationFilter,
} from "../src/index.ts";
import { insertSessions } from "./insert-sessions.ts";

let database: TestDatabase;
let db: Db;
let rows: Verification[];
let discrepant: Set<string>;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  await insertSessions(db, 600);
  const ids = (await db.sql<{ id: string }[]>`
    insert into discrepancies (id, type, route, verification_id, opened_at)
    select gen_random_uuid(), 'result_changed', route, id, now() from verifications where id::text like '%a'
    returning id, verification_id as "verificationId"`) as unknown as { id: string; verificationId: string }[];
  const [closed, ...open] = ids;
  await closeDiscrepancy(db, closed?.id ?? "", { by: "ann", at: new Date(), reason: "our own test" });
  discrepant = new Set(open.map(({ verificationId }) => verificationId));
  rows = await searchVerifications(db, {}, { limit: 10_000 });
});
afterAll(() => database.drop());

const T0 = Date.parse("2026-03-01T00:00:00.000Z");
const DAY = 86_400_000;

/** What the filter means, on rows in memory. */
const fits = (filter: VerificationFilter) => (row: Verification) =>
  (!filter.status || filter.status.includes(row.status)) &&
  (filter.product === undefined || row.product === filter.product) &&
  (!filter.routes || filter.routes.includes(row.route)) &&
  (filter.subCode === undefined || row.subCode === filter.subCode) &&
  (filter.passed === undefined || row.passed === filter.passed) &&
  (filter.sceneCode === undefined || row.sceneCode === filter.sceneCode) &&
  (filter.merchantUserHash === undefined || row.merchantUserHash === filter.merchantUserHash) &&
  (filter.transactionId === undefined || row.transactionId === filter.transactionId) &&
  (filter.merchantBizId === undefined || row.merchantBizId === filter.merchantBizId) &&
  (!filter.from || row.createdAt >= filter.from) &&
  (!filter.to || row.createdAt < filter.to) &&
  (filter.hasDiscrepancy === undefined || discrepant.has(row.id) === filter.hasDiscrepancy);

const newestFirst = (a: Verification, b: Verification) =>
  b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1);

const moment = fc.integer({ min: 0, max: 40 }).map((day) => new Date(T0 + day * DAY));
const filters: fc.Arbitrary<VerificationFilter> = fc.record(
  {
    status: fc.uniqueArray(fc.constantFrom("awaiting", "passed", "failed", "expired", "voided"), { maxLength: 3 }),
    product: fc.constantFrom(...PRODUCTS),
    routes: fc.uniqueArray(fc.constantFrom("default", "branch", "lab", "nowhere"), { maxLength: 3 }),
    subCode: fc.constantFrom("200", "204", "205", "999"),
    passed: fc.boolean(),
    sceneCode: fc.constantFrom("checkout", "loan", "none"),
    merchantUserHash: fc.constantFrom("0".repeat(32), "u3"),
    from: moment,
    to: moment,
    hasDiscrepancy: fc.boolean(),
  },
  { requiredKeys: [] },
);
const pages = fc.record({ limit: fc.integer({ min: 1, max: 60 }), walk: fc.constantFrom(1, 40, 500) });

/** Reads a list to its end; `between` runs after each page. */
async function readAll(
  filter: VerificationFilter,
  { limit, walk }: { limit: number; walk: number },
  between = async () => {},
): Promise<Verification[]> {
  const read: Verification[] = [];
  for (;;) {
    const page = await searchVerifications(db, filter, { limit, after: read.at(-1) }, walk);
    read.push(...page);
    if (page.length < limit) return read;
    await between();
  }
}

test("whatever the filters and the size of a page, all that fits is read once, newest first", async () => {
  await fc.assert(
    fc.asyncProperty(filters, pages, async (filter, page) => {
      const expected = rows.filter(fits(filter)).toSorted(newestFirst);
      const read = await readAll(filter, page);
      expect(read.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    }),
    { numRuns: 150 },
  );
});

test("an id finds its verification on whichever route, unless another filter excludes it", async () => {
  const wanted = rows.find(({ route, status }) => route === "branch" && status === "passed");
  const { id, transactionId, merchantBizId } = wanted as Verification & { transactionId: string };
  const search = async (filter: VerificationFilter) =>
    (await searchVerifications(db, filter, { limit: 5 })).map((row) => row.id);
  expect(await search({ transactionId })).toEqual([id]);
  expect(await search({ merchantBizId, status: ["passed"] })).toEqual([id]);
  expect(await search({ transactionId, routes: ["default"] })).toEqual([]);
  expect(await search({ transactionId, passed: false })).toEqual([]);
});

test("statuses that go with no result, and no routes, find nothing", async () => {
  expect(await searchVerifications(db, { passed: true, status: ["failed"] }, { limit: 5 })).toEqual([]);
  expect(await searchVerifications(db, { routes: [] }, { limit: 5 })).toEqual([]);
});

describe("up to 200 ids at once", () => {
  test("may be ours, transaction ids or merchantBizIds, and each row comes once", async () => {
    const [first, second, third] = rows as [Verification, Verification, Verification];
    const ids = [first.id, first.merchantBizId, `${second.transactionId}`, third.merchantBizId, "unknown", "'; --"];
    const found = await findVerificationsByIds(db, ids);
    expect(found.map(({ id }) => id).sort()).toEqual([first.id, second.id, third.id].sort());
  });

  test("find nothing on routes that are not asked for", async () => {
    const branch = rows.filter(({ route }) => route === "branch").slice(0, 5);
    const ids = branch.map(({ id }) => id);
    expect(await findVerificationsByIds(db, ids, ["default"])).toEqual([]);
    expect(await findVerificationsByIds(db, ids, [])).toEqual([]);
    expect(await findVerificationsByIds(db, ids, ["branch"])).toHaveLength(branch.length);
    expect(await findVerificationsByIds(db, [])).toEqual([]);
  });
});

const broad: fc.Arbitrary<VerificationFilter> = fc.constantFrom(
  {},
  { passed: true },
  { routes: ["default", "branch"] },
  { routes: ["branch"], status: ["passed", "failed"] } as const,
  { subCode: "200", product: "FACE_VERIFY" } as const,
  { hasDiscrepancy: false, from: new Date(T0 + DAY) },
);

test("what is written between pages, also into the past, makes no gap and repeats nothing", async () => {
  const added: string[] = [];
  await fc.assert(
    fc.asyncProperty(
      broad,
      pages.filter(({ limit }) => limit > 19),
      fc.infiniteStream(fc.tuple(fc.integer({ min: -2 * DAY, max: 42 * DAY }), fc.constantFrom("branch", "default"))),
      async (filter, page, places) => {
        const before = (await searchVerifications(db, {}, { limit: 10_000 })).filter(fits(filter));
        const read = await readAll(filter, page, async () => {
          // Two at once, on connections of their own, as two processes would.
          await Promise.all(
            [places.next().value, places.next().value].map(async ([at, route]) => {
              const id = randomUUIDv7();
              const createdAt = new Date(T0 + at).toISOString();
              await db.sql`
                insert into verifications (id, route, product, status, passed, sub_code, merchant_biz_id, merchant_user_hash,
                  request_hash, expires_at, created_at, updated_at)
                values (${id}, ${route}, 'FACE_VERIFY', 'passed', true, '200', ${id}, 'u', 'r', now(), ${createdAt}, now())`;
              added.push(id);
            }),
          );
        });
        const ids = read.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids).toEqual(read.toSorted(newestFirst).map(({ id }) => id));
        const old = new Set(before.map(({ id }) => id));
        expect(ids.filter((id) => old.has(id))).toEqual(before.map(({ id }) => id));
      },
    ),
    { numRuns: 20 },
  );
  expect(added.length).toBeGreaterThan(30);
});
