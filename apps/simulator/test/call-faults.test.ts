import { expect, test } from "vitest";
import type { FaultPlan } from "../src/fault-plan.ts";
import { settled } from "./manual-timers.ts";
import { FACE, type Simulator, setup } from "./setup.ts";

async function under(calls: Partial<FaultPlan["calls"]>, seed = 1): Promise<Simulator> {
  const simulator = setup();
  await simulator.control("PUT", "/faults", { seed, calls });
  return simulator;
}

test("throttle: 403 Throttling.Api, and nothing is done", async () => {
  const { call, rows } = await under({ throttle: 1 });
  expect(await call("Initialize", FACE)).toMatchObject({ status: 403, body: { Code: "Throttling.Api" } });
  expect(await rows()).toEqual([]);
});

test("error: 500 InternalError or 503 ServiceUnavailable, and nothing is done", async () => {
  const { call, rows } = await under({ error: 1 });
  const seen = new Set<string>();
  for (let nth = 0; nth < 40; nth += 1) {
    const { status, body } = await call("Initialize", FACE);
    seen.add(`${status} ${body.Code}`);
  }
  expect([...seen].sort()).toEqual(["500 InternalError", "503 ServiceUnavailable"]);
  expect(await rows()).toEqual([]);
});

test("html: 502 with a proxy's page", async () => {
  const { signed, app, control } = await under({ html: 1 });
  const { url, ...init } = signed("Initialize", FACE);
  const response = await app.request(url, { method: init.method, headers: init.headers });
  expect(response.status).toBe(502);
  expect(response.headers.get("content-type")).toContain("text/html");
  expect(await response.text()).toContain("<h1>502 Bad Gateway</h1>");
  expect((await control("GET", "/log")).body).toMatchObject([{ operation: "Initialize", httpStatus: 502 }]);
});

test("hang: the work is done, its answer does not come, and after 30 s the connection is given up", async () => {
  const { signed, app, control, rows, timers } = await under({ hang: 1 });
  const { url, ...init } = signed("Initialize", FACE);
  let status = 0;
  const pending = Promise.resolve(app.request(url, { method: init.method, headers: init.headers })).then((response) => {
    status = response.status;
  });
  await timers.advance(29_999);
  expect(status).toBe(0);
  expect(await rows()).toHaveLength(1);
  expect((await control("GET", "/log")).body).toMatchObject([
    { operation: "Initialize", httpStatus: null, code: "Hang" },
  ]);
  await timers.advance(1);
  await pending;
  expect(status).toBe(504);
});

test("hang: a caller who gives up, a reset and a stop end the wait", async () => {
  for (const end of ["abort", "reset", "close"]) {
    const { signed, app, control, close } = await under({ hang: 1 });
    const { url, ...init } = signed("Initialize", FACE);
    const patience = new AbortController();
    const pending = app.request(
      new Request(url, { method: init.method, headers: init.headers, signal: patience.signal }),
    );
    await settled();
    if (end === "abort") patience.abort();
    if (end === "reset") await control("DELETE", "");
    if (end === "close") await close();
    expect((await pending).status).toBe(504);
  }
});

test("slowMs: the answer waits, the work does not", async () => {
  const { call, rows, timers } = await under({ slowMs: [100, 100] });
  let answeredAt = 0;
  const pending = call("Initialize", FACE).then(() => {
    answeredAt = timers.now();
  });
  const start = timers.now();
  await timers.advance(99);
  expect(await rows()).toHaveLength(1);
  expect(answeredAt).toBe(0);
  await timers.advance(1);
  await pending;
  expect(answeredAt - start).toBe(100);
});

test("contradict: from its second result on a transaction says the opposite", async () => {
  const { open, complete, checkResult } = await under({ contradict: 1 });
  const id = await open();
  expect((await checkResult(id)).body.Code).toBe("ProcessNotCompleted");
  await complete(id, "N", "205");
  const told = [];
  for (let nth = 0; nth < 3; nth += 1) {
    const { body } = await checkResult(id);
    told.push([body.Result?.Passed, body.Result?.SubCode]);
  }
  expect(told).toEqual([
    ["N", "205"],
    ["Y", "200"],
    ["Y", "200"],
  ]);
});

test("KeepaliveIntl is spared by every fault", async () => {
  const { call } = await under({ throttle: 1, error: 1, html: 1, hang: 1, slowMs: [1_000, 1_000] });
  expect(await call("KeepaliveIntl", {})).toMatchObject({ status: 200 });
});

test("a call that may not enter is refused as always: faults are for those who may", async () => {
  const { call } = await under({ throttle: 1 });
  const reply = await call("Initialize", FACE, { key: { id: "other", secret: "x" } });
  expect(reply.body.Code).toBe("InvalidAccessKeyId.NotFound");
});
