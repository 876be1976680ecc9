import { openDatabase } from "@verdict/db";
import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askSearches } from "../bench/sections/ask-searches.ts";
import { countScans } from "../bench/sections/count-scans.ts";
import { fillVerifications } from "../bench/sections/fill-verifications.ts";
import { keyOf, searchFindings } from "../bench/sections/search-findings.ts";
import { QUERIES } from "../bench/sections/search-queries.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const filling = openDatabase(database.url, { max: 1 });
  await fillVerifications(filling, 10_000, () => {}, 7).finally(() => filling.close());
}, 120_000);
afterAll(() => database.drop());

test("none of the questions the bench asks reads the whole table, even a small one", async () => {
  const before = await countScans(database.db);
  const db = openDatabase(database.url, { max: 1 });
  const asked = await askSearches([db], 1).finally(() => db.close());
  for (const asking of ["first", "again"]) {
    const own = asked.filter((one) => one.asking === asking);
    expect(own.map(({ query }) => keyOf(query)).sort()).toEqual(QUERIES.map(keyOf).sort());
  }
  expect(await countScans(database.db)).toBe(before);
}, 120_000);

test("the growth table tells each question's p95 at each size, and how it grew", () => {
  const asked = ["1,000", "2,000"].flatMap((contestant, nth) =>
    QUERIES.flatMap((query) => [
      { query: keyOf(query), asking: "first" as const, contestant, round: 1, p50: 2 + nth, p95: 3 + 6 * nth },
      { query: keyOf(query), asking: "again" as const, contestant, round: 1, p50: 1 + nth, p95: 2 + 2 * nth },
    ]),
  );
  const { tables, ratios, problems } = searchFindings(asked, [
    { size: 1_000, count: 0 },
    { size: 2_000, count: 3 },
  ]);
  const [first, again] = tables.map(({ table }) => table);
  expect(first?.columns).toEqual(["question", "1,000", "2,000", "p95 × 1,000"]);
  expect(first?.rows[0]).toEqual(["look-up: our id", "2.00 / 3.00", "3.00 / 9.00", "3.00 [3.00–3.00] (3.00–3.00)"]);
  expect(again?.rows[0]).toEqual(["look-up: our id", "1.00 / 2.00", "2.00 / 4.00", "2.00 [2.00–2.00] (2.00–2.00)"]);
  expect(ratios).toEqual({
    "search.look-up.first": [3],
    "search.look-up.again": [2],
    "search.first-page.first": [3],
    "search.first-page.again": [2],
  });
  expect(problems).toHaveLength(1);
});
