import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addRefusals, type Db, forgetRefusals, listRefusals, type RefusalCount } from "../src/index.ts";
import { refusals } from "../src/schema.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());
beforeEach(() => db.orm.delete(refusals));

const NOON = Date.parse("2026-03-01T12:00:00.000Z");
const MINUTE = 60_000;
const hours = (count: number) => new Date(NOON + count * 60 * MINUTE);

const givenCount = (changes: Partial<RefusalCount> = {}): RefusalCount => ({
  hour: hours(0),
  route: "default",
  reason: "token_forged",
  source: "203.0.113.0/24",
  times: 1,
  firstAt: new Date(NOON + MINUTE),
  lastAt: new Date(NOON + MINUTE),
  ...changes,
});

const list = (filter: Partial<Parameters<typeof listRefusals>[1]> = {}) => listRefusals(db, { limit: 100, ...filter });

describe("counts that are added", () => {
  test("are on record as they are", async () => {
    const count = givenCount({ times: 5_000_000_000, lastAt: new Date(NOON + 2 * MINUTE) });
    await addRefusals(db, [count]);
    expect(await list()).toEqual([count]);
  });

  test("join what is on record: times are summed, and the span grows both ways", async () => {
    await addRefusals(db, [givenCount({ times: 2, firstAt: new Date(NOON + 5), lastAt: new Date(NOON + 6) })]);
    await addRefusals(db, [givenCount({ times: 3, firstAt: new Date(NOON + 1), lastAt: new Date(NOON + 2) })]);
    await addRefusals(db, [givenCount({ times: 4, firstAt: new Date(NOON + 8), lastAt: new Date(NOON + 9) })]);
    expect(await list()).toEqual([givenCount({ times: 9, firstAt: new Date(NOON + 1), lastAt: new Date(NOON + 9) })]);
  });

  test("may name a row several times at once", async () => {
    await addRefusals(db, [givenCount({ times: 2 }), givenCount({ times: 3, lastAt: new Date(NOON + 2 * MINUTE) })]);
    expect(await list()).toEqual([givenCount({ times: 5, lastAt: new Date(NOON + 2 * MINUTE) })]);
  });

  test.each<[string, Partial<RefusalCount>]>([
    ["hour", { hour: hours(1) }],
    ["route", { route: "-" }],
    ["reason", { reason: "too_fast" }],
    ["source", { source: "*" }],
  ])("make another row for another %s", async (_field, other) => {
    await addRefusals(db, [givenCount(), givenCount(other)]);
    expect(await list()).toHaveLength(2);
  });

  test("lose nothing when several processes add the same rows in any order", async () => {
    const rows = ["a", "b", "c", "d", "e", "f"].map((source) => givenCount({ source }));
    await Promise.all(Array.from({ length: 20 }, (_, turn) => addRefusals(db, turn % 2 ? rows : rows.toReversed())));
    expect((await list()).map(({ times }) => times)).toEqual(rows.map(() => 20));
  });

  test("may be none", async () => {
    await addRefusals(db, []);
    expect(await list()).toEqual([]);
  });
});

describe("the list", () => {
  test("begins with the newest hour", async () => {
    await addRefusals(
      db,
      [0, 2, 1].map((hour) => givenCount({ hour: hours(hour) })),
    );
    expect((await list()).map(({ hour }) => hour)).toEqual([hours(2), hours(1), hours(0)]);
  });

  test("in pages shows every row once", async () => {
    const rows = [0, 1].flatMap((hour) =>
      ["-", "default"].flatMap((route) =>
        ["token_forged", "too_fast"].flatMap((reason) =>
          ["*", "a", "b"].map((source) => givenCount({ hour: hours(hour), route, reason, source })),
        ),
      ),
    );
    await addRefusals(db, rows);
    const read: RefusalCount[] = [];
    for (;;) {
      const page = await list({ limit: 5, after: read.at(-1) });
      read.push(...page);
      if (page.length < 5) break;
    }
    expect(read).toEqual(await list());
    expect(new Set(read.map((row) => JSON.stringify(row))).size).toBe(rows.length);
  });

  test.each<[Partial<RefusalCount>]>([[{ route: "other" }], [{ reason: "too_fast" }], [{ source: "*" }]])(
    "can be narrowed to %o",
    async (wanted) => {
      await addRefusals(db, [givenCount(), givenCount(wanted)]);
      expect(await list(wanted)).toEqual([givenCount(wanted)]);
    },
  );

  test.each([
    { from: "12:00", to: "13:00", shown: [12] },
    { from: "12:30", to: "12:40", shown: [12] },
    { from: "12:59", to: "14:01", shown: [14, 13, 12] },
    { from: "13:00", to: "13:00", shown: [] },
  ])("from $from to $to holds the hours that reach into it", async ({ from, to, shown }) => {
    await addRefusals(
      db,
      [-1, 0, 1, 2, 3].map((hour) => givenCount({ hour: hours(hour) })),
    );
    const at = (time: string) => new Date(`2026-03-01T${time}:00.000Z`);
    const found = await list({ from: at(from), to: at(to) });
    expect(found.map(({ hour }) => hour.getUTCHours())).toEqual(shown);
  });
});

describe("forgetting", () => {
  test("deletes the oldest hours first, in steps, and stops at the border", async () => {
    await addRefusals(
      db,
      [0, 1, 2, 3, 4].map((hour) => givenCount({ hour: hours(hour) })),
    );
    expect(await forgetRefusals(db, hours(3), 2)).toBe(2);
    expect((await list()).map(({ hour }) => hour)).toEqual([hours(4), hours(3), hours(2)]);
    expect(await forgetRefusals(db, hours(3), 2)).toBe(1);
    expect(await forgetRefusals(db, hours(3), 2)).toBe(0);
    expect((await list()).map(({ hour }) => hour)).toEqual([hours(4), hours(3)]);
  });
});
