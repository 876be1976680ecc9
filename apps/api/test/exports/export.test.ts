import { hashUser } from "@verdict/services";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
const ROWS = 2_500;
beforeAll(async () => {
  s = await setup();
  const model = await givenVerification(s.db, { status: "passed", sceneCode: "=1+1", subCode: 'a,"b"' });
  await s.db.sql`
    insert into verifications
    select (jsonb_populate_record(v, jsonb_build_object('id', gen_random_uuid(), 'merchant_biz_id', 'biz' || n,
      'transaction_id', 'hks-' || n, 'created_at', now() - n * interval '1 second',
      'route', case when n % 10 = 0 then 'other' else 'default' end))).*
    from verifications v, generate_series(1, ${ROWS - 1}) as n where v.id = ${model.id}`;
});
afterAll(() => s.database.drop());

const path = "/v1/exports/verifications";

test("is one CSV with a header row, every row once, safe for spreadsheets", async () => {
  const response = await s.get(path);
  expect(response.headers.get("Content-Type")).toBe("text/csv; charset=utf-8; header=present");
  expect(response.headers.get("Content-Disposition")).toMatch(/^attachment; filename="verifications-[\d-]+\.csv"$/);
  const lines = (await response.text()).split("\r\n");
  expect(lines[0]).toMatch(/^id,route,product,status,passed,subCode,merchantBizId/);
  expect(lines.at(-1)).toBe("");
  const rows = lines.slice(1, -1);
  expect(rows).toHaveLength(ROWS);
  expect(new Set(rows.map((row) => row.split(",")[0])).size).toBe(ROWS);
  expect(rows[0]).toContain(`passed,true,"a,""b""",`);
  expect(rows[0]).toContain(",'=1+1,");
});

test("is NDJSON for machines, with the same columns and no person", async () => {
  const rows = (await (await s.get(`${path}?format=ndjson&merchantBizId=biz7`)).text()).trim().split("\n");
  expect(rows).toHaveLength(1);
  const row = JSON.parse(rows[0] ?? "");
  expect(row).toMatchObject({ merchantBizId: "biz7", transactionId: "hks-7", sceneCode: "=1+1", passed: true });
  expect(Object.keys(row).filter((name) => /user|hash|protocol|url|token/i.test(name))).toEqual([]);
});

const count = async (query: string) => (await (await s.get(`${path}?${query}`)).text()).trim().split("\r\n").length - 1;

test("holds what the filters ask for", async () => {
  expect(await count("route=other")).toBe(249);
  expect(await count("route=nowhere")).toBe(0);
  expect(await count("status=failed")).toBe(0);
  expect(await count("status=passed&status=failed&passed=true")).toBe(ROWS);
  expect(await count("merchantUserId=alice")).toBe(0);
  expect(await count(`from=${new Date(Date.now() - 100_500).toISOString()}`)).toBeLessThan(105);
  expect((await s.get(`${path}?format=xlsx`)).status).toBe(400);
});

test("is on record: by whom, in what form, for which filter, and never a user's name", async () => {
  await (await s.get(`${path}?format=ndjson&merchantUserId=alice&status=passed`)).text();
  const [action] = await s.db.sql`select * from human_actions order by at desc limit 1`;
  expect(action).toMatchObject({
    ...{ actor: "bootstrap", action: "verifications.export" },
    after: {
      format: "ndjson",
      filter: { status: ["passed"], merchantUserHash: hashUser(s.startDeps.pepper, "alice"), to: expect.any(String) },
    },
  });
  expect(JSON.stringify(action)).not.toContain("alice");
});

test("reads only as much as is taken from it, and stops when the reader goes", async () => {
  let queries = 0;
  const counted = new Proxy(s.db.orm, {
    get(orm, name, self) {
      if (name === "select") queries += 1;
      return Reflect.get(orm, name, self);
    },
  });
  const app = s.apiWith({ db: { ...s.db, orm: counted } });
  const response = await app.request(path, { headers: s.authorized() });
  const reader = response.body?.getReader();
  await reader?.read(); // the header row
  await reader?.read(); // a thousand rows
  await new Promise((resolve) => setImmediate(resolve));
  await s.db.sql`select 1`;
  expect(queries).toBeLessThanOrEqual(2);
  const before = queries;
  await reader?.cancel();
  await s.db.sql`select pg_sleep(0.05)`;
  expect(queries).toBe(before);
});
