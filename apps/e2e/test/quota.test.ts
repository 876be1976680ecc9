import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Db, openDatabase } from "@verdict/db";
import type { EmbeddedPostgres } from "@verdict/db/embedded";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AppProcess } from "../src/app-process.ts";
import { startDurablePostgres } from "../src/durable-postgres.ts";
import { judge, runQuota } from "../src/quota-run.ts";
import { type LogEntry, startSimulator } from "../src/simulator-process.ts";

let folder: string;
let postgres: EmbeddedPostgres;
let db: Db;
let simulator: AppProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "verdict-quota-"));
  postgres = await startDurablePostgres(folder);
  db = openDatabase(postgres.url, { max: 4 });
  simulator = await startSimulator();
}, 60_000);
afterAll(async () => {
  await simulator?.stop();
  await db?.close();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("four workers ask a provider that allows ten calls a second no more often, and it refuses none", async () => {
  const report = await runQuota(
    { db, url: postgres.url, simulator },
    { rate: 10, workers: 4, backlog: 200, seconds: 5, atLeast: 20 },
  );
  expect(report).toMatchObject({ throttled: 0 });
  expect(report.fullestSecond).toBeLessThanOrEqual(10);
  // How much of the rate they use depends on the machine.
}, 120_000);

const callAt = (ms: number, code = "Success"): LogEntry => ({
  seq: ms,
  at: new Date(ms),
  direction: "in",
  operation: "CheckResult",
  transactionId: "hks",
  code,
});

test.each([
  { times: [], fullestSecond: 0, used: 0 },
  { times: [0, 999], fullestSecond: 2, used: 0 },
  { times: [0, 999, 1_000], fullestSecond: 2, used: 1 },
  { times: [0, 100, 1_000, 1_100, 3_000, 3_100], fullestSecond: 2, used: 2 / 3 },
])("a log with calls at $times is judged by its fullest second", ({ times, fullestSecond, used }) => {
  const report = judge(
    [...times.map((at) => callAt(at)), { ...callAt(5), operation: "Initialize" }],
    2,
    new Date(5_000),
  );
  expect(report).toEqual({ calls: times.length, throttled: 0, fullestSecond, used });
});

test("calls after the end of the watch count against the limit, not for what was used of it", () => {
  const log = [0, 500, 1_500, 1_600].map((at) => callAt(at));
  expect(judge(log, 1, new Date(1_000))).toMatchObject({ calls: 4, fullestSecond: 2, used: 2 });
});

test("calls that were refused for coming too often are told apart", () => {
  expect(judge([callAt(0), callAt(1, "Throttling.Api")], 1, new Date(0)).throttled).toBe(1);
});
