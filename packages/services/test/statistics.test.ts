import { type Db, findStaleSince, type Verification } from "@verdict/db";
import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { figuresOf } from "../src/figures-of-counts.ts";
import { countHours, statistics, wholeSpan } from "../src/statistics.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

const at = (text: string) => new Date(`2026-03-${text}:00.000Z`);
const query = { from: at("01T00:30"), to: at("02T23:10"), by: "day", groupBy: [], routes: null } as const;

test("statistics tell what became of what began, by the day it began on", async () => {
  const begin = (text: string, wanted: Partial<Verification>, seconds = 100) =>
    givenVerification(db, {
      createdAt: at(text),
      confirmedAt: new Date(at(text).getTime() + seconds * 1000),
      ...wanted,
    });
  const result = { outcomeSource: "check_result" } as const;
  await begin("01T00:00", { status: "passed", ...result, claimedAt: at("01T00:01") });
  await begin("01T23:59", { status: "passed", ...result });
  await begin(
    "01T10:00",
    { status: "failed", subCode: "205", ...result, claimedAt: at("01T10:01"), sceneCode: "loan" },
    1_000,
  );
  const walkAway = { progress: "interrupted", errorCode: null, page: "camera" } as const;
  await begin("02T00:00", { status: "expired", walkAway, route: "branch" });
  await begin("02T01:00", { status: "expired", route: "branch" });
  await begin("03T00:00", { status: "passed", ...result });

  expect(await statistics(db, query)).toMatchObject({ items: [], totals: [], staleSince: expect.any(Date) });
  expect(await countHours({ db })).toBe(6);
  expect(await findStaleSince(db)).toBeNull();

  const first = {
    verifications: 3,
    byStatus: { passed: 2, failed: 1 },
    passRate: 2 / 3,
    subCodes: { "200": 2, "205": 1 },
    secondsToOutcome: {
      p50: expect.closeTo(100, -1.2),
      p90: expect.closeTo(1_000, -2.2),
      p99: expect.closeTo(1_000, -2.2),
    },
    dropOff: { progress: {}, pages: {} },
    arrival: { withResult: 3, withCallback: 2, ratio: 2 / 3 },
  };
  const second = {
    verifications: 2,
    byStatus: { expired: 2 },
    passRate: null,
    subCodes: {},
    secondsToOutcome: null,
    dropOff: { progress: { interrupted: 1, unknown: 1 }, pages: { camera: 1 } },
    arrival: { withResult: 0, withCallback: 0, ratio: null },
  };
  const told = await statistics(db, query);
  expect(told).toMatchObject({ from: at("01T00:00"), to: at("03T00:00"), by: "day", staleSince: null });
  expect(told.items).toEqual([
    { at: at("01T00:00"), ...first },
    { at: at("02T00:00"), ...second },
  ]);
  expect(told.totals).toMatchObject([{ verifications: 5, passRate: 2 / 3 }]);

  const byScene = await statistics(db, { ...query, groupBy: ["route", "sceneCode"] });
  expect(byScene.totals.map(({ route, sceneCode, verifications }) => [route, sceneCode, verifications])).toEqual([
    ["default", "", 2],
    ["default", "loan", 1],
    ["branch", "", 2],
  ]);
  expect((await statistics(db, { ...query, routes: ["branch"] })).items).toEqual([{ at: at("02T00:00"), ...second }]);
  const hours = await statistics(db, { ...query, by: "hour" });
  expect(hours.items.map((item) => item.at)).toEqual(
    ["01T00:00", "01T10:00", "01T23:00", "02T00:00", "02T01:00"].map(at),
  );
});

test("a span is the whole hours or UTC days that it touches", () => {
  const [from, to] = [at("01T10:20"), at("02T11:00")];
  expect(wholeSpan({ from, to, by: "hour" })).toEqual({ from: at("01T10:00"), to: at("02T11:00") });
  expect(wholeSpan({ from, to, by: "day" })).toEqual({ from: at("01T00:00"), to: at("03T00:00") });
});

test("quantiles of times are off by 12 % at most", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.2, max: 100_000, noNaN: true }), { minLength: 1, maxLength: 200 }),
      (times) => {
        const counts = times.map((seconds) => ({
          measure: "seconds" as const,
          value: `${Math.ceil(20 * Math.log10(seconds))}`,
          count: 1,
        }));
        const sorted = times.toSorted((a, b) => a - b);
        const { secondsToOutcome } = figuresOf(counts);
        for (const [name, share] of [
          ["p50", 0.5],
          ["p90", 0.9],
          ["p99", 0.99],
        ] as const) {
          const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
          const ratio = (secondsToOutcome?.[name] ?? Number.NaN) / exact;
          expect(ratio).toBeGreaterThan(1 / 1.13);
          expect(ratio).toBeLessThan(1.13);
        }
      },
    ),
  );
});

test("nothing counted makes no rates", () => {
  expect(figuresOf([])).toMatchObject({ verifications: 0, passRate: null, secondsToOutcome: null });
});
