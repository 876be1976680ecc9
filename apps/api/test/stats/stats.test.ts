import { countHours } from "@verdict/services";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faultsOf, setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
  const result = { outcomeSource: "check_result", confirmedAt: new Date("2026-03-01T10:02:00Z") } as const;
  const createdAt = new Date("2026-03-01T10:00:00Z");
  await givenVerification(s.db, { createdAt, status: "passed", ...result, claimedAt: createdAt });
  await givenVerification(s.db, { createdAt, status: "failed", ...result, sceneCode: "loan" });
  await givenVerification(s.db, { createdAt, status: "passed", ...result, route: "branch" });
  await countHours({ db: s.db });
});
afterAll(() => s.database.drop());

const span = "from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z";
const stats = async (query: string) => {
  const response = await s.get(`/v1/stats?${query}`);
  expect(response.status).toBe(200);
  return response.json();
};

test("statistics say how what began ended, by day and in total", async () => {
  const figures = {
    verifications: 3,
    byStatus: { passed: 2, failed: 1 },
    passRate: 2 / 3,
    subCodes: { "200": 2, "204": 1 },
    secondsToOutcome: { p50: expect.any(Number), p90: expect.any(Number), p99: expect.any(Number) },
    dropOff: { progress: {}, pages: {} },
    arrival: { withResult: 3, withCallback: 1, ratio: 1 / 3 },
  };
  expect(await stats(span)).toEqual({
    from: "2026-03-01T00:00:00.000Z",
    to: "2026-03-02T00:00:00.000Z",
    by: "day",
    timeZone: "UTC",
    staleSince: null,
    items: [{ at: "2026-03-01T00:00:00.000Z", ...figures }],
    totals: [figures],
  });
});

test("by hour, in groups and of one route, product or scene", async () => {
  expect(await stats(`${span}&by=hour&groupBy=route,sceneCode`)).toMatchObject({
    items: [
      { at: "2026-03-01T10:00:00.000Z", route: "branch", sceneCode: "", verifications: 1 },
      { at: "2026-03-01T10:00:00.000Z", route: "default", sceneCode: "", verifications: 1 },
      { at: "2026-03-01T10:00:00.000Z", route: "default", sceneCode: "loan", verifications: 1 },
    ],
  });
  expect(await stats(`${span}&route=branch`)).toMatchObject({
    totals: [{ verifications: 1, byStatus: { passed: 1 } }],
  });
  expect(await stats(`${span}&sceneCode=loan&product=FACE_VERIFY`)).toMatchObject({ totals: [{ passRate: 0 }] });
  expect(await stats(`${span}&route=nowhere`)).toMatchObject({ items: [], totals: [] });
});

test("without a span the last 30 days are told, by the hour the last one", async () => {
  const { from, to } = (await stats("")) as { from: string; to: string };
  expect(Date.parse(to) - Date.parse(from)).toBe(31 * 86_400_000);
  const hours = (await stats("by=hour")) as { from: string; to: string };
  expect(Date.parse(hours.to) - Date.parse(hours.from)).toBe(25 * 3_600_000);
});

test.each([
  ["by=week", "by"],
  ["groupBy=status", "groupBy.0"],
  ["from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "from"],
  ["from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z&by=hour", "from"],
])("refuses %s", async (query, path) => {
  const response = await s.get(`/v1/stats?${query}`);
  expect(response.status).toBe(400);
  expect(await faultsOf(response)).toEqual([path]);
});
