import { addRefusals, type RefusalCount } from "@verdict/db";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeCursor } from "../../src/http/cursor.ts";
import { faultsOf, problemOf, setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
  await addRefusals(
    s.db,
    [0, 1, 2].flatMap((hour) =>
      ["token_forged", "token_missing"].flatMap((reason) =>
        ["203.0.113.0/24", "*"].map((source) => givenCount({ hour: hours(hour), reason, source })),
      ),
    ),
  );
});
afterAll(() => s.database.drop());

const hours = (count: number) => new Date(Date.UTC(2026, 2, 1, 12 + count));

const givenCount = (changes: Partial<RefusalCount> = {}): RefusalCount => ({
  hour: hours(0),
  route: "default",
  reason: "token_forged",
  source: "203.0.113.0/24",
  times: 7,
  firstAt: new Date("2026-03-01T12:05:00.000Z"),
  lastAt: new Date("2026-03-01T12:55:00.000Z"),
  ...changes,
});

type Page = { items: Record<string, unknown>[]; nextCursor: string | null };
/** Of one route unless told otherwise, so that tests may add to others. */
const list = async (query: Record<string, string>): Promise<Page> => {
  const response = await s.get(`/v1/refusals?${new URLSearchParams({ route: "default", ...query })}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
};

describe("the list of refusals", () => {
  test("begins with the newest hour and says who was turned away, why and how often", async () => {
    const { items, nextCursor } = await list({});
    expect(items.map(({ hour }) => hour)).toEqual(
      [2, 1, 0].flatMap((hour) => Array(4).fill(hours(hour).toISOString())),
    );
    expect(nextCursor).toBeNull();
    expect(items.at(-1)).toEqual({
      hour: "2026-03-01T12:00:00.000Z",
      route: "default",
      reason: "token_forged",
      source: "*",
      times: 7,
      firstAt: "2026-03-01T12:05:00.000Z",
      lastAt: "2026-03-01T12:55:00.000Z",
    });
  });

  test.each([1, 3, 4, 12])("in pages of %s shows every row once", async (limit) => {
    const read: unknown[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const page: Page = await list({ limit: String(limit), ...(cursor !== null && { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      read.push(...page.items);
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor !== null);
    expect(read).toEqual((await list({})).items);
    expect(pages).toBe(12 / limit);
  });

  test.each<[Record<string, string>, number]>([
    [{ reason: "token_missing" }, 6],
    [{ source: "*", reason: "token_missing" }, 3],
    [{ route: "default" }, 12],
    [{ route: "other" }, 0],
    [{ from: "2026-03-01T13:30:00Z" }, 8],
    [{ to: "2026-03-01T13:00:00Z" }, 4],
    [{ from: "2026-03-01T14:00:00+01:00", to: "2026-03-01T14:30:00+01:00" }, 4],
  ])("can be narrowed by %o", async (query, count) => {
    expect((await list(query)).items).toHaveLength(count);
  });

  test("shows hundred rows if it is not told how many, and five hundred at most", async () => {
    const route = "busy";
    await addRefusals(
      s.db,
      Array.from({ length: 101 }, (_, source) => givenCount({ route, source: String(source) })),
    );
    const { items, nextCursor } = await list({ route });
    expect([items.length, nextCursor === null]).toEqual([100, false]);
    expect((await list({ route, limit: "500" })).items).toHaveLength(101);
  });

  const other = encodeCursor([1, "0195b0c0-0000-7000-8000-000000000000"]);
  test.each([
    ["limit", "0"],
    ["limit", "501"],
    ["limit", "1.5"],
    ["limit", "many"],
    ["from", "yesterday"],
    ["from", "0000-01-01T00:00:00Z"],
    ["to", "9999-12-31T23:59:59-23:00"],
    ["route", ""],
    ["source", "\0"],
    ["cursor", "none"],
    ["cursor", ""],
    ["cursor", other],
    ["cursor", encodeCursor(["0000-01-01T00:00:00Z", "a", "b", "c"])],
    ["cursor", encodeCursor(["2026-03-01T12:00:00Z", "a", "b\0", "c"])],
    ["cursor", Buffer.from("null").toString("base64url")],
  ])("refuses %s=%j and names the field", async (field, value) => {
    const path = `/v1/refusals?${new URLSearchParams({ [field]: value })}`;
    expect(await problemOf(await s.get(path))).toMatchObject({ httpStatus: 400, code: "invalid_request" });
    expect(await faultsOf(await s.get(path))).toContain(field);
  });

  test("needs the key", async () => {
    expect((await s.app.request("/v1/refusals")).status).toBe(401);
  });

  test("is described", async () => {
    const { paths } = (await (await s.app.request("/openapi.json")).json()) as {
      paths: Record<string, { get: { parameters: { name: string; schema: object }[] } }>;
    };
    const parameters = paths["/v1/refusals"]?.get.parameters ?? [];
    const schemas = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema]));
    expect(Object.keys(schemas).sort()).toEqual(["cursor", "from", "limit", "reason", "route", "source", "to"]);
    expect(schemas).toMatchObject({ from: { type: "string", format: "date-time" }, cursor: { type: "string" } });
  });
});
