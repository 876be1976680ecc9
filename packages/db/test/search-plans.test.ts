import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import { type SQL, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { idsNamed } from "../src/find-by-ids.ts";
import type { Db } from "../src/index.ts";
import { selectNamed } from "../src/load-named.ts";
import { pageByDiscrepancy, pageByFacets, pageById, pageByWalk, type Search } from "../src/search-pages.ts";
import { insertSessions } from "./insert-sessions.ts";

const ROWS = 60_000;

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  await insertSessions(db, ROWS);
  await db.sql`
    insert into discrepancies (id, type, route, verification_id, opened_at, closed_at, closed_by, closing_reason)
    select gen_random_uuid(), 'result_changed', route, id, created_at, closed, by, why
    from (select *, row_number() over () as n from verifications where status = 'failed') v,
      lateral (select case when n % 100 > 0 then now() end as closed, case when n % 100 > 0 then 'ann' end as by,
        case when n % 100 > 0 then 'seen' end as why) c`;
  await db.sql`analyze discrepancies`;
});
afterAll(() => database.drop());

type Node = {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  Plans?: Node[];
};

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** How a page is really read, with the planner's settings as they are. */
async function explain(page: SQL) {
  const rows = await db.orm.execute(sql`explain (analyze, format json) ${selectNamed(db, page)}`);
  const [row] = rows as unknown as [{ "QUERY PLAN": [{ Plan: Node }] }];
  const nodes = nodesOf(row["QUERY PLAN"][0].Plan);
  return {
    scans: nodes.filter((node) => node["Node Type"] === "Seq Scan").map((node) => node["Relation Name"]),
    indexes: new Set(nodes.flatMap((node) => node["Index Name"] ?? [])),
    touched: nodes
      .filter((node) => node["Relation Name"] === "verifications")
      .reduce((sum, n) => sum + (n["Actual Rows"] + (n["Rows Removed by Filter"] ?? 0)) * n["Actual Loops"], 0),
  };
}

const page = { limit: 51 };
const after = { createdAt: new Date("2026-03-20T00:00:00Z"), id: "80000000-0000-4000-8000-000000000000" };
const [from, to] = [new Date("2026-03-02T00:00:00Z"), new Date("2026-04-09T00:00:00Z")];

describe.each([
  ["all", {}],
  ["the next page", { after }],
  ["a page far back", { after: { ...after, createdAt: new Date("2026-03-03T00:00:00Z") } }],
  ["a stretch of time", { from, to }],
  ["a stretch of time, next page", { from, to, after }],
] as const)("%s", (_, where) => {
  const search = { ...page, ...where };

  test("without other filters is read in the order of creation", async () => {
    const { scans, indexes, touched } = await explain(pageByWalk(search, search.limit));
    expect(scans).toEqual([]);
    expect(indexes).toContain("verifications_created_at_index");
    expect(touched).toBeLessThan(200);
  });

  const facets: [string, Partial<Search>][] = [
    ["a rare status", { status: ["voided"] }],
    ["several statuses", { status: ["voided", "awaiting", "expired"] }],
    ["a rare sub-code", { subCode: "205" }],
    ["a sub-code nobody has", { subCode: "999" }],
    ["two that exclude each other", { status: ["passed"], subCode: "205" }],
    ["a route and a product", { routes: ["lab"], product: "ID_OCR" }],
    [
      "common things that are rare together",
      { routes: ["lab"], status: ["failed"], product: "ID_OCR", subCode: "204" },
    ],
    ["a route without anything", { routes: ["nowhere"] }],
    ["nothing discrepant", { status: ["failed"], hasDiscrepancy: false }],
  ];
  test.each(facets)("%s: by facet, never reading more than a page of each", async (_, filter) => {
    const { scans, indexes, touched } = await explain(pageByFacets({ ...search, ...filter }));
    expect(scans).not.toContain("verifications");
    expect(indexes).toContain("verifications_facet_index");
    expect(touched).toBeLessThan(51 * 60);
  });

  test.each([
    ["a scene", { sceneCode: "loan" }],
    ["a scene nobody has", { sceneCode: "none" }],
    ["a scene and a rare status", { sceneCode: "checkout", status: ["voided"], routes: ["branch", "lab"] }],
  ] satisfies [string, Partial<Search>][])("%s: by its own facets", async (_, filter) => {
    const { scans, indexes, touched } = await explain(pageByFacets({ ...search, ...filter }));
    expect(scans).toEqual([]);
    expect(indexes).toContain("verifications_scene_index");
    expect(touched).toBeLessThan(51 * 60);
  });

  test.each([
    ["a transaction", { transactionId: "hks7" }, "verifications_route_transaction_id_unique"],
    ["a merchantBizId", { merchantBizId: "order-7" }, "verifications_route_merchant_biz_id_unique"],
    ["a person", { merchantUserHash: "u7" }, "verifications_person_index"],
    ["a person with a status", { merchantUserHash: "u7", status: ["passed"] }, "verifications_person_index"],
  ] satisfies [string, Partial<Search>, string][])("%s: by its own index", async (_, filter, index) => {
    const { scans, indexes, touched } = await explain(pageById({ ...search, ...filter }));
    expect(scans).toEqual([]);
    expect(indexes).toContain(index);
    expect(touched).toBeLessThan(ROWS / 40);
  });

  test("open discrepancies lead to their verifications", async () => {
    const { scans, indexes, touched } = await explain(pageByDiscrepancy({ ...search, status: ["failed"] }));
    expect(scans).toEqual([]);
    expect(indexes).toContain("discrepancies_open_index");
    expect(touched).toBeLessThan(300);
  });

  test("whatever is looked for, no more than 500 of the newest rows are looked through first", async () => {
    const { scans, touched } = await explain(pageByWalk({ ...search, subCode: "999", hasDiscrepancy: true }, 500));
    expect(scans).not.toContain("verifications");
    expect(touched).toBeLessThan(600);
  });
});

test("200 ids are looked up one by one, each kind by its own index", async () => {
  const rows = await db.sql<{ id: string }[]>`select id from verifications limit 70`;
  const many = Array.from({ length: 65 }, (_, n) => [`hks${n * 7}`, `order-${n * 11}`]).flat();
  const { scans, indexes, touched } = await explain(idsNamed([...rows.map(({ id }) => id), ...many]));
  expect(scans).toEqual([]);
  for (const name of ["pkey", "route_transaction_id_unique", "route_merchant_biz_id_unique"]) {
    expect(indexes).toContain(`verifications_${name}`);
  }
  expect(touched).toBeLessThan(500);
});
