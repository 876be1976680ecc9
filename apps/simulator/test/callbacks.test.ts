import { expect, test } from "vitest";
import { answered, CALLBACK_URL, setup } from "./setup.ts";

test("the callback follows the answer to `complete` and carries token, transaction, verdict and reason", async () => {
  const { open, control, callbacks, timers } = setup();
  const id = await open();
  const { status, body } = await control("POST", `/transactions/${id}/complete`, { passed: "N", subCode: "205" });
  expect(status).toBe(200);
  expect(body).toMatchObject({ transactionId: id, state: "completed", callbacks: [] });
  expect(callbacks()).toEqual([]);

  await timers.advance(0);
  expect(callbacks().map(String)).toEqual([
    `${CALLBACK_URL}?callbackToken=token-1&transactionId=${id}&passed=N&subCode=205`,
  ]);
  expect((await control("GET", "/transactions")).body).toMatchObject([
    { state: "completed", callbacks: [{ at: "2026-01-31T00:00:00.000Z", httpStatus: 200, kind: "callback" }] },
  ]);
});

test.each([
  ["https://m.example/cb", undefined, "https://m.example/cb?transactionId="],
  ["https://m.example", undefined, "https://m.example/?transactionId="],
  ["https://m.example/cb?tenant=a%20b&x", "t", "https://m.example/cb?tenant=a%20b&x&callbackToken=t&transactionId="],
  ["https://m.example/cb?", "t/+= &", "https://m.example/cb?callbackToken=t%2F%2B%3D%20%26&transactionId="],
  ["https://m.example/cb#part", "t", "https://m.example/cb?callbackToken=t&transactionId="],
])("the parameters of %s with token %s follow the query it has", async (CallbackUrl, CallbackToken, expected) => {
  const { open, complete, callbacks } = setup();
  await complete(await open({ CallbackUrl, CallbackToken }));
  expect(String(callbacks()[0])).toContain(expected);
});

test.each([201, 202, 204, 302, 401, 404, 500, 503])("an answer of %d is followed by one more try", async (status) => {
  const { open, complete, callbacks, receiver, timers } = setup();
  const id = await open();
  receiver.say = () => answered(status);
  await complete(id);
  await timers.advance(999);
  expect(callbacks()).toHaveLength(1);
  await timers.advance(1);
  expect(callbacks()).toHaveLength(2);
  await timers.advance(3_600_000);
  expect(callbacks()).toHaveLength(2);
});

test("a receiver that is unreachable and comes back is told at the second try", async () => {
  const { open, complete, control, rows, receiver, timers } = setup({
    settings: { behaviour: { callbackRetryMs: 2_500 } },
  });
  const id = await open();
  receiver.say = () => ({ kind: "failed", code: "Unreachable" });
  await complete(id);
  receiver.say = () => answered(200);
  await timers.advance(2_500);
  expect((await rows())[0]?.callbacks).toEqual([
    { at: "2026-01-31T00:00:00.000Z", httpStatus: null, kind: "callback" },
    { at: "2026-01-31T00:00:02.500Z", httpStatus: 200, kind: "retry" },
  ]);
  expect((await control("GET", "/log?since=2")).body).toMatchObject([
    { direction: "out", operation: "Callback", transactionId: id, httpStatus: null, code: "Unreachable" },
    { direction: "out", operation: "Callback", transactionId: id, httpStatus: 200, code: "Success" },
  ]);
});

test("a session that was abandoned or has expired is called back by nobody", async () => {
  const { open, control, callbacks, timers } = setup();
  const [abandoned] = [await open(), await open()];
  await control("POST", `/transactions/${abandoned}/abandon`);
  await control("POST", "/clock/advance", { ms: 40 * 24 * 3_600_000 });
  await timers.advance(3_600_000);
  expect(callbacks()).toEqual([]);
});

test("a session without a callback address ends in silence", async () => {
  const { open, complete, sent, checkResult } = setup();
  const id = await open({ CallbackUrl: undefined });
  await complete(id);
  expect(sent).toEqual([]);
  expect((await checkResult(id)).status).toBe(200);
});
