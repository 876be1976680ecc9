import { randomUUIDv7 } from "node:crypto";
import { hashUser } from "@verdict/services";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bearer, givenKey } from "../access/callers.ts";
import { faceBody, faultsOf, setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
const T0 = Date.parse("2026-03-01T12:00:00.000Z");
const at = (minutes: number) => new Date(T0 + minutes * 60_000);
const ids: Record<"passed" | "failed" | "expired" | "branch" | "open", string> = {
  passed: randomUUIDv7(),
  failed: randomUUIDv7(),
  expired: randomUUIDv7(),
  branch: randomUUIDv7(),
  open: randomUUIDv7(),
};
beforeAll(async () => {
  s = await setup();
  await givenVerification(s.db, { id: ids.passed, status: "passed", createdAt: at(0), sceneCode: "loan" });
  await givenVerification(s.db, { id: ids.failed, status: "failed", createdAt: at(1), subCode: "205" });
  await givenVerification(s.db, { id: ids.expired, status: "expired", createdAt: at(2), product: "ID_OCR" });
  await givenVerification(s.db, { id: ids.branch, status: "passed", createdAt: at(3), route: "branch" });
  await givenVerification(s.db, { id: ids.open, createdAt: at(4), merchantBizId: "order-4" });
  await s.db.sql`
    insert into discrepancies (id, type, route, verification_id, opened_at)
    values (gen_random_uuid(), 'result_changed', 'default', ${ids.failed}, now())`;
});
afterAll(() => s.database.drop());

type Page = { items: { id: string }[]; nextCursor: string | null };
const list = async (query: string): Promise<Page> => {
  const response = await s.get(`/v1/verifications?${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
};
const found = async (query: string) => (await list(query)).items.map(({ id }) => id);

describe("a search of verifications", () => {
  test("shows them as they are looked up one by one, newest first", async () => {
    const { items, nextCursor } = await list("");
    expect(nextCursor).toBeNull();
    expect(items.map(({ id }) => id)).toEqual([ids.open, ids.branch, ids.expired, ids.failed, ids.passed]);
    expect(items[0]).toEqual(await (await s.get(`/v1/verifications/${ids.open}`)).json());
    expect(JSON.stringify(items)).not.toMatch(/hash/i);
  });

  test.each([
    ["status=passed", ["branch", "passed"]],
    ["status=passed,failed", ["branch", "failed", "passed"]],
    ["status=passed&status=failed", ["branch", "failed", "passed"]],
    ["product=ID_OCR", ["expired"]],
    ["route=branch", ["branch"]],
    ["route=nowhere", []],
    ["subCode=205", ["failed"]],
    ["passed=true", ["branch", "passed"]],
    ["passed=false", ["failed"]],
    ["sceneCode=loan", ["passed"]],
    ["merchantBizId=order-4", ["open"]],
    ["hasDiscrepancy=true", ["failed"]],
    ["hasDiscrepancy=false&passed=false", []],
    [`from=${at(1).toISOString()}&to=${at(3).toISOString()}`, ["expired", "failed"]],
  ] as const)("by %s", async (query, expected) => {
    expect(await found(query)).toEqual(expected.map((name) => ids[name]));
  });

  test("finds a person by what he is called where he was started", async () => {
    const started = (await (await s.post(faceBody({ merchantUserId: "søren" }))).json()) as { id: string };
    expect(await found(`merchantUserId=${encodeURIComponent("søren")}`)).toEqual([started.id]);
    expect(await found(`merchantUserId=${hashUser(s.startDeps.pepper, "søren")}`)).toEqual([]);
    expect(await found("merchantUserId=somebody-else")).toEqual([]);
    const { transactionId } = (await (await s.get(`/v1/verifications/${started.id}`)).json()) as {
      transactionId: string;
    };
    expect(await found(`transactionId=${transactionId}`)).toEqual([started.id]);
  });

  test("goes on where its cursor says", async () => {
    const to = at(5).toISOString();
    const first = await list(`limit=2&to=${to}`);
    const second = await list(`limit=2&to=${to}&cursor=${first.nextCursor}`);
    const third = await list(`limit=2&to=${to}&cursor=${second.nextCursor}`);
    const all = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id));
    expect(all).toEqual([ids.open, ids.branch, ids.expired, ids.failed, ids.passed]);
    expect(third.nextCursor).toBeNull();
  });

  test.each([
    ["status=gone", "status.0"],
    ["status=", "status.0"],
    ["product=EKYC", "product"],
    ["passed=maybe", "passed"],
    ["from=yesterday", "from"],
    ["limit=201", "limit"],
    ["cursor=abc", "cursor"],
    ["subCode=%00", "subCode"],
  ])("refuses %s", async (query, path) => {
    const response = await s.get(`/v1/verifications?${query}`);
    expect(response.status).toBe(400);
    expect(await faultsOf(response)).toEqual([path]);
  });
});

describe("many ids at once", () => {
  const lookUp = (asked: unknown) => s.post({ ids: asked }, { path: "/v1/verifications/lookup" });

  test("are found by ours, the transaction's or the merchant's, and those that are not are named", async () => {
    const asked = [
      ids.passed.toUpperCase(),
      `tx${ids.failed.replaceAll("-", "").slice(2)}`,
      "order-4",
      "unknown",
      "unknown",
    ];
    const response = await lookUp(asked);
    expect(response.status).toBe(200);
    const { items, missing } = (await response.json()) as { items: { id: string }[]; missing: string[] };
    expect(items.map(({ id }) => id).sort()).toEqual([ids.passed, ids.failed, ids.open].sort());
    expect(missing).toEqual(["unknown"]);
  });

  test("may be 200", async () => {
    const many = Array.from({ length: 200 }, () => randomUUIDv7());
    expect(await (await lookUp(many)).json()).toEqual({ items: [], missing: many });
    const response = await lookUp([...many, "one-more"]);
    expect(response.status).toBe(400);
    expect(await faultsOf(response)).toEqual(["ids"]);
    expect((await lookUp([])).status).toBe(400);
  });
});

test("a caller who is bound to routes finds nothing of others, by whatever he asks", async () => {
  const { key } = await givenKey(s, { scopes: ["verifications.read"], routes: ["branch"] });
  const headers = { ...bearer(key), "Content-Type": "application/json" };
  const list = async (query: string) => {
    const { items } = (await (await s.app.request(`/v1/verifications?${query}`, { headers })).json()) as Page;
    return items.map(({ id }) => id);
  };
  expect(await list("")).toEqual([ids.branch]);
  for (const query of ["route=default", "merchantBizId=order-4", "hasDiscrepancy=true", "route=nowhere"]) {
    expect(await list(query)).toEqual([]);
  }
  const asked = { ids: [ids.branch, ids.passed, "order-4"] };
  const response = await s.app.request("/v1/verifications/lookup", {
    ...{ method: "POST", headers, body: JSON.stringify(asked) },
  });
  expect(await response.json()).toMatchObject({ items: [{ id: ids.branch }], missing: [ids.passed, "order-4"] });
});
