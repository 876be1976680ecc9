import { expect, test } from "vitest";
import { createBudgets, type QpsWindow } from "../src/budgets.ts";
import type { LogEntry } from "../src/call-log.ts";
import { ACCESS_KEY, FACE, OCR, setup } from "./setup.ts";

const BUDGETS = { FACE_VERIFY: 50, ID_OCR: 10, FACE_IDU_MIN: 10 };
const OTHER_KEY = { id: "ak2", secret: "other-secret" };
const accessKeys = new Map([ACCESS_KEY, OTHER_KEY].map(({ id, secret }) => [id, secret]));
const limited = (behaviour: object = {}) =>
  setup({ settings: { accessKeys, behaviour: { qps: BUDGETS, ...behaviour } } });

const times = async (count: number, run: () => Promise<{ body: { Code: string } }>) => {
  const codes: string[] = [];
  for (let nth = 0; nth < count; nth += 1) codes.push((await run()).body.Code);
  return codes;
};
const passed = (codes: string[]) => codes.filter((code) => !code.startsWith("Throttling")).length;

test("without a setting there is no limit", async () => {
  const { call } = setup();
  expect(passed(await times(60, () => call("Initialize", OCR)))).toBe(60);
});

test.each([
  ["Initialize of FACE_VERIFY", "Initialize", FACE, 50],
  ["Initialize of ID_OCR", "Initialize", OCR, 10],
  ["FaceDuplicationCheckIntl", "FaceDuplicationCheckIntl", { ProductCode: "FACE_IDU_MIN" }, 10],
])("%s has %4$d calls a second", async (_name, operation, parameters, limit) => {
  const { call, timers } = limited();
  const once = () => call(operation, parameters);
  expect(passed(await times(limit + 3, once))).toBe(limit);
  const refused = await once();
  expect(refused).toMatchObject({ status: 403, body: { Code: "Throttling.Api" } });
  await timers.advance(1_000);
  expect(passed(await times(limit + 3, once))).toBe(limit);
});

test("what asks about a session has the budget of the session's product, each operation its own", async () => {
  const { call, open, timers } = limited();
  const [face, document] = [await open(), await open({ ...OCR, FacePictureUrl: undefined })];
  await timers.advance(1_000);
  for (const [TransactionId, limit] of [
    [face, 50],
    [document, 10],
  ] as const) {
    for (const operation of ["CheckResult", "CheckVerifyLog", "DeleteVerifyResult"]) {
      const asked = { MerchantBizId: "biz1", TransactionId, DeleteType: "All" };
      expect(passed(await times(limit + 2, () => call(operation, asked)))).toBe(limit);
    }
  }
});

test("each key has a budget of its own, and KeepaliveIntl and strangers have none", async () => {
  const { call } = limited();
  await times(12, () => call("Initialize", OCR));
  expect((await call("Initialize", OCR)).body.Code).toBe("Throttling.Api");
  expect((await call("Initialize", OCR, { key: OTHER_KEY })).body.Code).toBe("Success");
  expect(passed(await times(60, () => call("KeepaliveIntl", {})))).toBe(60);
  const stranger = { key: { id: "nobody", secret: "x" } };
  expect(passed(await times(60, () => call("Initialize", OCR, stranger)))).toBe(60);
});

test("status, code and the time to wait are settings", async () => {
  const { signed, app, call, control } = limited({
    qps: { ID_OCR: 1 },
    throttleStatus: "400",
    throttleCode: "Throttling.User",
    retryAfter: "on",
  });
  await call("Initialize", OCR);
  const { url, method, headers } = signed("Initialize", OCR);
  const response = await app.request(url, { method, headers });
  expect(response.status).toBe(400);
  expect(response.headers.get("x-acs-retry-after")).toBe("1000");
  expect(await response.json()).toMatchObject({ Code: "Throttling.User" });

  await control("PUT", "/settings", { qps: "off" });
  expect((await call("Initialize", OCR)).status).toBe(200);
});

test("sliding-second: no second of the log holds more than the limit", async () => {
  const { call, control, timers } = limited({ qpsWindow: "sliding-second" });
  for (let nth = 0; nth < 80; nth += 1) {
    await call("Initialize", OCR);
    await timers.advance((nth * 37) % 90);
  }
  const { body } = await control("GET", "/log");
  const at = (body as LogEntry[]).filter(({ code }) => code === "Success").map((entry) => Date.parse(entry.at));
  const fullest = Math.max(...at.map((from) => at.filter((one) => one >= from && one < from + 1_000).length));
  expect(at.length).toBeGreaterThan(20);
  expect(fullest).toBe(10);
});

test.each<[QpsWindow, number[], number[]]>([
  ["token-bucket", [0, 0, 0, 500, 500, 1_500, 1_500, 1_500], [1, 1, 0, 1, 0, 1, 1, 0]],
  ["sliding-second", [0, 600, 700, 999, 1_000, 1_001, 1_600], [1, 1, 0, 0, 1, 0, 1]],
])("%s of two a second, calls at %j: %j", (window, at, expected) => {
  const budgets = createBudgets();
  expect(at.map((now) => Number(budgets.spend("b", 2, window, now).kind === "spent"))).toEqual(expected);
});

test.each<[QpsWindow]>([["token-bucket"], ["sliding-second"]])(
  "%s: whoever waits as long as told gets in",
  (window) => {
    const budgets = createBudgets();
    let now = 0;
    for (let nth = 0; nth < 200; nth += 1) {
      const spent = budgets.spend("b", 7, window, now);
      if (spent.kind === "spent") continue;
      now += spent.retryAfterMs;
      expect(budgets.spend("b", 7, window, now).kind).toBe("spent");
    }
    expect(now).toBeGreaterThan(10_000);
  },
);
