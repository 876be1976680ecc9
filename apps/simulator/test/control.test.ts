import { expect, test } from "vitest";
import { NO_FAULTS, PRESETS } from "../src/fault-plan.ts";
import { setup } from "./setup.ts";

const some = "hks00000000000000000000000000000";

test.each([
  ["POST", `/transactions/${some}/complete`, { passed: "Y", subCode: "200" }, 404, "unknown_transaction", some],
  ["POST", `/transactions/${some}/abandon`, {}, 404, "unknown_transaction", some],
  ["POST", `/transactions/${some}/complete`, undefined, 400, "bad_body", "passed"],
  ["POST", `/transactions/${some}/complete`, "{", 400, "bad_body", "not JSON"],
  ["POST", `/transactions/${some}/complete`, [], 400, "bad_body", "object"],
  ["POST", `/transactions/${some}/complete`, { passed: "T", subCode: "200" }, 400, "bad_body", "passed"],
  ["POST", `/transactions/${some}/complete`, { passed: "Y" }, 400, "bad_body", "subCode"],
  ["POST", `/transactions/${some}/complete`, { passed: "Y", subCode: "" }, 400, "bad_body", "subCode"],
  ["POST", `/transactions/${some}/complete`, { passed: "Y", subCode: "1", result: 5 }, 400, "bad_body", "result"],
  ["POST", `/transactions/${some}/complete`, { passed: "Y", subCode: "1", why: 5 }, 400, "bad_body", "why"],
  ["POST", `/transactions/${some}/abandon`, { page: 5 }, 400, "bad_body", "page"],
  ["POST", `/transactions/${some}/abandon`, { pages: "FACE" }, 400, "bad_body", "pages"],
  ["POST", "/clock/advance", {}, 400, "bad_body", "ms"],
  ["POST", "/clock/advance", { ms: -1 }, 400, "bad_body", "backwards"],
  ["POST", "/clock/advance", { ms: 1.5 }, 400, "bad_body", "ms"],
  ["POST", "/clock/advance", { ms: 1e15 }, 400, "bad_body", "ms"],
  ["GET", "/transactions?state=done", undefined, 400, "bad_query", "initialized, started"],
  ["GET", "/log?since=x", undefined, 400, "bad_query", "since"],
  ["GET", "/nothing", undefined, 404, "unknown_command", "/_sim/nothing"],
  ["PUT", "/faults", "x", 400, "bad_body", "not JSON"],
  ["PUT", "/faults", { callbacks: { drop: 1.1 } }, 400, "bad_body", "callbacks.drop"],
  ["PUT", "/faults", { callbacks: { drop: -0.1 } }, 400, "bad_body", "callbacks.drop"],
  ["PUT", "/faults", { callbacks: { drop: "1" } }, 400, "bad_body", "callbacks.drop"],
  ["PUT", "/faults", { callbacks: { lose: 1 } }, 400, "bad_body", "lose"],
  ["PUT", "/faults", { calls: { drop: 1 } }, 400, "bad_body", "drop"],
  ["PUT", "/faults", { drop: 1 }, 400, "bad_body", "drop"],
  ["PUT", "/faults", { seed: 1.5 }, 400, "bad_body", "seed"],
  ["PUT", "/faults", { callbacks: { delayMs: [5, 1] } }, 400, "bad_body", "callbacks.delayMs"],
  ["PUT", "/faults", { callbacks: { delayMs: 5 } }, 400, "bad_body", "callbacks.delayMs"],
  ["PUT", "/faults", { calls: { slowMs: [0] } }, 400, "bad_body", "calls.slowMs"],
  ["PUT", "/faults", { preset: "wild" }, 400, "bad_body", "preset"],
  ["PUT", "/faults", { preset: "none", calls: {} }, 400, "bad_body", "calls"],
])("%s %s %j is refused and the mistake is named", async (method, path, body, status, code, named) => {
  const { control } = setup();
  const reply = await control(method, path, body);
  expect(reply).toMatchObject({ status, body: { code, message: expect.stringContaining(named) } });
});

test("a plan is completed with zeros and shown as it is in force", async () => {
  const { control } = setup();
  expect((await control("GET", "/faults")).body).toEqual(NO_FAULTS);
  const plan = { ...NO_FAULTS, seed: 42, callbacks: { ...NO_FAULTS.callbacks, drop: 0.5, delayMs: [10, 20] } };
  const put = await control("PUT", "/faults", { seed: 42, callbacks: { drop: 0.5, delayMs: [10, 20] } });
  expect(put).toEqual({ status: 200, body: plan });
  expect((await control("GET", "/faults")).body).toEqual(plan);
  expect((await control("PUT", "/faults", plan)).status).toBe(200);
});

test.each(["none", "default", "harsh"] as const)("the preset %s is a plan of its own", async (preset) => {
  const { control } = setup();
  expect((await control("PUT", "/faults", { preset, seed: "s" })).body).toMatchObject({
    seed: "s",
    ...PRESETS[preset],
  });
  expect((await control("PUT", "/faults", { preset })).body).toMatchObject({ seed: 0 });
});

test("a session moves once: afterwards it is not open any more", async () => {
  const { open, control, complete } = setup();
  const [completed, abandoned, expired] = [await open(), await open(), await open()];
  await complete(completed);
  await control("POST", `/transactions/${abandoned}/abandon`);
  await control("POST", `/transactions/${expired}/start`);
  await control("POST", "/clock/advance", { ms: 1_800_000 });
  for (const [id, state] of [
    [completed, "completed"],
    [abandoned, "interrupted"],
    [expired, "expired"],
  ]) {
    for (const command of ["start", "complete", "abandon"]) {
      const body = command === "complete" ? { passed: "Y", subCode: "200" } : {};
      const reply = await control("POST", `/transactions/${id}/${command}`, body);
      expect(reply).toMatchObject({
        status: 409,
        body: { code: "not_open", message: expect.stringContaining(`${state}`) },
      });
    }
  }
});

test("sessions are listed by state, and expire by the provider's clock", async () => {
  const { open, control, rows, complete } = setup();
  const [first, second, third] = [await open(), await open(), await open()];
  await complete(first);
  await control("POST", `/transactions/${second}/start`);
  const listed = async () => {
    const states = ["initialized", "started", "processing", "completed", "interrupted", "expired"];
    const lists = await Promise.all(states.map((state) => rows(`?state=${state}`)));
    return lists.map((list) => list.map(({ transactionId }) => transactionId));
  };
  expect(await listed()).toEqual([[third], [second], [], [first], [], []]);
  expect(await rows()).toHaveLength(3);

  await control("POST", "/clock/advance", { ms: 1_799_999 });
  expect(await rows("?state=expired")).toEqual([]);
  await control("POST", "/clock/advance", { ms: 1 });
  expect(await listed()).toEqual([[], [], [], [first], [], [second, third]]);
});

test("the clock is real time plus what it was advanced by, and callers' dates are judged by real time", async () => {
  const { control, timers, call } = setup();
  expect((await control("POST", "/clock/advance", { ms: 86_400_000 })).body).toEqual({
    now: "2026-02-01T00:00:00.000Z",
    offsetMs: 86_400_000,
  });
  await timers.advance(1_000);
  expect((await control("GET", "/clock")).body).toMatchObject({ now: "2026-02-01T00:00:01.000Z" });
  expect((await call("KeepaliveIntl", {})).status).toBe(200);
});

test("the log counts from 1, is read on from a number, and keeps the latest entries only", async () => {
  const { call, control } = setup({ settings: { logEntries: 3 } });
  for (let nth = 0; nth < 5; nth += 1) await call("KeepaliveIntl", {});
  const seqs = async (query: string) => {
    const { body } = await control("GET", `/log${query}`);
    return (body as { seq: number }[]).map(({ seq }) => seq);
  };
  expect(await seqs("")).toEqual([3, 4, 5]);
  expect(await seqs("?since=4")).toEqual([5]);
  expect(await seqs("?since=5")).toEqual([]);
  expect(await seqs("?since=99")).toEqual([]);
});

test("every call in is logged, whatever became of it", async () => {
  const { call, control, open, complete, checkResult } = setup();
  await call("CheckResult", { MerchantBizId: "biz1", TransactionId: "hksx" }, { key: { id: "other", secret: "x" } });
  const id = await open({ CallbackUrl: undefined });
  await complete(id);
  await checkResult(id);
  const at = "2026-01-31T00:00:00.000Z";
  const entry = { at, direction: "in" };
  expect((await control("GET", "/log")).body).toEqual([
    {
      seq: 1,
      ...entry,
      operation: "CheckResult",
      transactionId: "hksx",
      httpStatus: 404,
      code: "InvalidAccessKeyId.NotFound",
    },
    { seq: 2, ...entry, operation: "Initialize", transactionId: id, httpStatus: 200, code: "Success" },
    { seq: 3, ...entry, operation: "CheckResult", transactionId: id, httpStatus: 200, code: "Success" },
  ]);
});

test("DELETE forgets sessions, log, faults, clock and nonces", async () => {
  const { open, control, rows, signed, raw } = setup();
  await open();
  const request = signed("KeepaliveIntl", {});
  await raw(request);
  await control("PUT", "/faults", { preset: "harsh", seed: 9 });
  await control("POST", "/clock/advance", { ms: 5_000 });

  expect(await control("DELETE", "")).toEqual({ status: 200, body: { forgotten: 1 } });
  expect(await rows()).toEqual([]);
  expect((await control("GET", "/log")).body).toEqual([]);
  expect((await control("GET", "/faults")).body).toEqual(NO_FAULTS);
  expect((await control("GET", "/clock")).body).toMatchObject({ offsetMs: 0 });
  expect((await raw(request)).status).toBe(200);
});

test("it says that it is alive and ready", async () => {
  const { app } = setup();
  for (const path of ["/livez", "/readyz"]) expect((await app.request(path)).status).toBe(200);
});
