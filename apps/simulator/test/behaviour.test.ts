import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Behaviour, POINTS, USUAL } from "../src/behaviour.ts";
import { variableOf } from "../src/settings.ts";
import { answered, CALLBACK_URL, FACE, type Simulator, setup } from "./setup.ts";

const DAY = 24 * 3_600_000;
const behaving = (behaviour: Partial<Behaviour>) => setup({ settings: { behaviour } });
const codeOf = async ({ checkResult }: Simulator, id: string) => {
  const { body } = await checkResult(id);
  return body.Result?.Passed === undefined ? body.Code : `${body.Code} ${body.Result.Passed}`;
};

test("every point is in the README with its variable and its usual value", () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  for (const [point, usual] of Object.entries(USUAL)) {
    const value = point === "qps" ? "off" : String(usual);
    expect(readme).toMatch(new RegExp(`\\| \`${variableOf(point)}\` +\\| ${value.replaceAll(".", "\\.")} +\\|`));
  }
  expect(Object.keys(USUAL)).toEqual(Object.keys(POINTS));
});

test("settings change at run time, are shown as they are in force, and are forgotten by a reset", async () => {
  const { control } = setup();
  expect((await control("GET", "/settings")).body).toEqual(USUAL);
  const put = await control("PUT", "/settings", { pendingMs: 5, callbackAttempts: "3", qps: "ID_OCR=7" });
  expect(put.body).toEqual({ ...USUAL, pendingMs: 5, callbackAttempts: 3, qps: { ID_OCR: 7 } });
  expect((await control("PUT", "/settings", put.body)).body).toEqual(put.body);
  await control("DELETE", "");
  expect((await control("GET", "/settings")).body).toEqual(USUAL);
});

test.each([
  [{ callbackSpelling: "odd" }, "callbackSpelling: expected one of sample, prose, lower, pascal"],
  [{ callbackAttempts: 0 }, "callbackAttempts: expected a whole number from 1 to 10"],
  [{ qps: "ID_OCR=0" }, "qps"],
  [{ qps: "ID_OCR=5,ID_OCR=6" }, "qps"],
  [{ transactionIdPrefix: "x/y" }, "transactionIdPrefix: expected 1 to 8 small letters or digits"],
  [{ deletableProducts: "eKYC" }, "deletableProducts"],
  [{ callbacks: 1 }, "callbacks"],
])("%j is refused and the mistake is named", async (change, named) => {
  const { control } = setup();
  const reply = await control("PUT", "/settings", change);
  expect(reply).toMatchObject({ status: 400, body: { code: "bad_body", message: expect.stringContaining(named) } });
});

test.each<[Partial<Behaviour>, string]>([
  [{}, "?old=1&callbackToken=t%2B&transactionId=ID&passed=N&subCode=205"],
  [{ callbackSpelling: "prose" }, "?old=1&CallbackToken=t%2B&transactionId=ID&passed=N&subcode=205"],
  [{ callbackSpelling: "lower" }, "?old=1&callbacktoken=t%2B&transactionid=ID&passed=N&subcode=205"],
  [{ callbackSpelling: "pascal" }, "?old=1&CallbackToken=t%2B&TransactionId=ID&Passed=N&SubCode=205"],
  [{ callbackVerdict: "TF" }, "?old=1&callbackToken=t%2B&transactionId=ID&passed=F&subCode=205"],
  [{ callbackVerdict: "words" }, "?old=1&callbackToken=t%2B&transactionId=ID&passed=false&subCode=205"],
  [{ callbackVerdict: "subCode" }, "?old=1&callbackToken=t%2B&transactionId=ID&passed=205&subCode=205"],
  [{ callbackQuery: "replace" }, "?callbackToken=t%2B&transactionId=ID&passed=N&subCode=205"],
  [{ callbackTokenEncoding: "raw" }, "?old=1&callbackToken=t+&transactionId=ID&passed=N&subCode=205"],
])("under %j the callback's query is %s", async (behaviour, query) => {
  const { open, complete, sent } = behaving(behaviour);
  const id = await open({ CallbackUrl: `${CALLBACK_URL}?old=1`, CallbackToken: "t+" });
  await complete(id, "N", "205");
  expect(sent.at(-1)?.search).toBe(query.replace("ID", id));
});

test.each<[Partial<Behaviour>, number, number]>([
  [{ callbackAttempts: 1 }, 503, 1],
  [{ callbackAttempts: 4 }, 503, 4],
  [{ callbackSuccess: "2xx" }, 204, 1],
  [{}, 204, 2],
])("under %j a receiver that answers %d is tried %d times", async (behaviour, status, tries) => {
  const { open, complete, receiver, callbacks, timers } = behaving(behaviour);
  const id = await open();
  receiver.say = () => answered(status);
  await complete(id);
  await timers.advance(60_000);
  expect(callbacks()).toHaveLength(tries);
});

test.each<[Partial<Behaviour>, number, number]>([
  [{ probeSuccess: "200" }, 204, 400],
  [{ probeSuccess: "any" }, 500, 200],
  [{}, 204, 200],
])("under %j a probe answered %d lets Initialize end with %d", async (behaviour, status, expected) => {
  const { call, receiver } = behaving(behaviour);
  receiver.say = () => answered(status);
  expect((await call("Initialize", { ...FACE, CallbackUrl: CALLBACK_URL })).status).toBe(expected);
});

test.each<[Partial<Behaviour>, string, number]>([
  [{ callbackPlainHttp: "never" }, "http://127.0.0.1/c", 400],
  [{ callbackPlainHttp: "any" }, "http://receiver:8080/c", 200],
  [{ callbackUrlMax: 20 }, CALLBACK_URL, 400],
])("under %j a callback to %s ends with %d", async (behaviour, CallbackUrl, status) => {
  const { call } = behaving(behaviour);
  expect((await call("Initialize", { ...FACE, CallbackUrl })).status).toBe(status);
});

test("a token above the limit is refused", async () => {
  const { call } = behaving({ callbackTokenMax: 3 });
  const reply = await call("Initialize", { ...FACE, CallbackUrl: CALLBACK_URL, CallbackToken: "four" });
  expect(reply.body).toMatchObject({ Code: "InvalidParameter", Message: expect.stringContaining("CallbackToken") });
});

test.each<[Partial<Behaviour>, string, number]>([
  [{ pendingMs: 5_000 }, "ProcessNotCompleted", 1],
  [{ pendingMs: 5_000, pendingAnswer: "P" }, "Success P", 1],
  [{ pendingMs: 5_000, callbackWhen: "ready" }, "ProcessNotCompleted", 0],
])("under %j a result that is being computed is told as %s", async (behaviour, answer, calledBack) => {
  const simulator = behaving(behaviour);
  const id = await simulator.open();
  await simulator.complete(id, "N", "204");
  expect(await simulator.rows("?state=processing")).toHaveLength(1);
  expect(await codeOf(simulator, id)).toBe(answer);
  expect(simulator.callbacks()).toHaveLength(calledBack);
  await simulator.timers.advance(5_000);
  expect(await codeOf(simulator, id)).toBe("Success N");
  expect(simulator.callbacks()).toHaveLength(1);
});

type End = "lapsed" | "retired" | "deleted" | "unknown" | "another business id" | "fresh";

const ends: Record<End, (simulator: Simulator, id: string) => Promise<unknown>> = {
  lapsed: ({ control }) => control("POST", "/clock/advance", { ms: 1_800_000 }),
  retired: async ({ complete, control }, id) => {
    await complete(id);
    await control("POST", "/clock/advance", { ms: 30 * DAY });
  },
  deleted: async ({ complete, call }, id) => {
    await complete(id);
    await call("DeleteVerifyResult", { TransactionId: id, DeleteType: "All" });
  },
  unknown: ({ control }) => control("DELETE", ""),
  "another business id": ({ complete }, id) => complete(id),
  fresh: ({ complete }, id) => complete(id),
};

test.each<[End, Partial<Behaviour>, string]>([
  ["lapsed", {}, "ProcessNotCompleted"],
  ["lapsed", { lapsedAnswer: "TransactionIdInvalid" }, "TransactionIdInvalid"],
  ["retired", {}, "TransactionIdInvalid"],
  ["retired", { retiredAnswer: "ProcessNotCompleted" }, "ProcessNotCompleted"],
  ["retired", { retiredAnswer: "Bare" }, "Success Y"],
  ["deleted", {}, "TransactionIdInvalid"],
  ["deleted", { deletedAnswer: "ProcessNotCompleted" }, "ProcessNotCompleted"],
  ["deleted", { deletedAnswer: "Bare" }, "Success Y"],
  ["unknown", {}, "TransactionIdInvalid"],
  ["unknown", { unknownAnswer: "InvalidParameter" }, "InvalidParameter"],
  ["another business id", {}, "Success Y"],
  ["another business id", { merchantBizIdCheck: "on" }, "TransactionIdInvalid"],
  ["fresh", { visibleAfterMs: 1 }, "TransactionIdInvalid"],
])("a session that is %s, under %j: %s", async (end, behaviour, code) => {
  const simulator = behaving(behaviour);
  const id = await simulator.open({ MerchantBizId: end === "another business id" ? "biz9" : "biz1" });
  await ends[end](simulator, id);
  expect(await codeOf(simulator, id)).toBe(code);
});

test("a failure can come under HTTP 200, a refusal at the gate cannot", async () => {
  const { checkResult, call } = behaving({ errorStatus: "200" });
  expect(await checkResult("hksx")).toMatchObject({ status: 200, body: { Code: "TransactionIdInvalid" } });
  expect((await call("FaceCompare", {})).status).toBe(404);
});

test("transaction ids take another prefix", async () => {
  expect(await behaving({ transactionIdPrefix: "sha" }).open()).toMatch(/^sha[0-9a-f]{29}$/);
});

test("a video is named while it is kept, under the name that is set", async () => {
  const simulator = behaving({ videoField: "videoUrl" });
  const id = await simulator.open({ DocVideo: "Y" });
  await simulator.complete(id);
  const info = async () => JSON.parse(String((await simulator.checkResult(id)).body.Result?.ExtFaceInfo));
  expect(await info()).toHaveProperty("videoUrl");
  await simulator.control("POST", "/clock/advance", { ms: 1_800_000 });
  expect(await info()).not.toHaveProperty("videoUrl");
});

test("too many mistakes in a row are stopped for a minute", async () => {
  const { checkResult, timers, open, complete } = behaving({ repeatedInvokeLimit: 3 });
  const id = await open();
  await complete(id);
  for (let nth = 0; nth < 3; nth += 1) expect((await checkResult("x")).body.Code).toBe("TransactionIdInvalid");
  expect(await checkResult(id)).toMatchObject({ status: 401, body: { Code: "Forbidden.ExceptionRepeatedInvoke" } });
  await timers.advance(60_000);
  expect((await checkResult(id)).body.Code).toBe("Success");
});

test("expired sessions can be called back for, although the provider is not known to do so", async () => {
  const { open, callbacks, timers, complete } = behaving({ callbackOnExpiry: "sent" });
  const [left, done] = [await open(), await open()];
  await complete(done);
  await timers.advance(1_800_000);
  const told = callbacks().map(({ searchParams }) => [searchParams.get("transactionId"), searchParams.get("subCode")]);
  expect(told).toEqual([
    [done, "200"],
    [left, "401"],
  ]);
});
