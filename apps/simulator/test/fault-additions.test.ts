import { expect, test } from "vitest";
import { FACE, type Simulator, setup } from "./setup.ts";

async function under(plan: object): Promise<Simulator> {
  const simulator = setup();
  await simulator.control("PUT", "/faults", { seed: 1, ...plan });
  return simulator;
}

test("reorder: a callback comes after those of sessions that finished later", async () => {
  const simulator = setup();
  const [first, second] = [await simulator.open(), await simulator.open()];
  await simulator.control("PUT", "/faults", { seed: 1, callbacks: { reorder: 1 } });
  await simulator.complete(first);
  await simulator.control("PUT", "/faults", { preset: "none" });
  await simulator.complete(second);
  await simulator.timers.advance(6_000);
  const order = simulator.callbacks().map(({ searchParams }) => searchParams.get("transactionId"));
  expect(order).toEqual([second, first]);
  expect((await simulator.rows())[0]?.callbacks).toMatchObject([{ kind: "reordered", httpStatus: 200 }]);
});

test("spelling: the parameters are all there, under other names than usual", async () => {
  const simulator = await under({ callbacks: { spelling: 1 } });
  const usual = ["callbackToken", "transactionId", "passed", "subCode"];
  for (let nth = 0; nth < 8; nth += 1) await simulator.complete(await simulator.open(), "N", "205");
  const names = simulator.sent
    .filter(({ search }) => search !== "")
    .map(({ searchParams }) => [...searchParams.keys()]);
  expect(names).toHaveLength(8);
  for (const sent of names) {
    expect(sent).not.toEqual(usual);
    expect(sent.map((name) => name.toLowerCase())).toEqual(usual.map((name) => name.toLowerCase()));
  }
  expect(new Set(names.map(String)).size).toBeGreaterThan(1);
});

test("probeFail: Initialize is refused although the receiver is well, and nothing is sent to it", async () => {
  const { call, sent, control, rows } = await under({ callbacks: { probeFail: 1 } });
  const reply = await call("Initialize", { ...FACE, CallbackUrl: "https://merchant.example/cb" });
  expect(reply).toMatchObject({ status: 400, body: { Code: "InvalidParameter" } });
  expect(sent).toEqual([]);
  expect(await rows()).toEqual([]);
  expect((await control("GET", "/log")).body).toMatchObject([
    { operation: "Probe", httpStatus: null, code: "Unreachable" },
    { operation: "Initialize", httpStatus: 400 },
  ]);
  expect((await call("Initialize", FACE)).status).toBe(200);
});

test("okError: HTTP says 200, the code says that it failed, and nothing is done", async () => {
  const { call, rows, control } = await under({ calls: { okError: 1 } });
  const { status, body } = await call("Initialize", FACE);
  expect(status).toBe(200);
  expect(["InternalError", "ServiceUnavailable"]).toContain(body.Code);
  expect(body).not.toHaveProperty("Result");
  expect(await rows()).toEqual([]);
  expect((await control("GET", "/log")).body).toMatchObject([{ httpStatus: 200, code: body.Code }]);
});

test("slowBody: the head comes at once, the body in pieces, and the work is done", async () => {
  const { signed, app, rows, timers } = await under({ calls: { slowBody: 1 } });
  const { url, method, headers } = signed("Initialize", FACE);
  const response = await app.request(url, { method, headers });
  expect(response.status).toBe(200);
  expect(await rows()).toHaveLength(1);
  let text = "";
  const pending = response.text().then((whole) => {
    text = whole;
  });
  await timers.advance(1_000);
  expect(text).toBe("");
  await timers.advance(2_000);
  await pending;
  expect(JSON.parse(text)).toMatchObject({ Code: "Success" });
});

test("slowBody: a reset and a stop let the rest go at once", async () => {
  for (const end of ["reset", "close"]) {
    const { signed, app, control, close } = await under({ calls: { slowBody: 1 } });
    const { url, method, headers } = signed("Initialize", FACE);
    const pending = (await app.request(url, { method, headers })).json();
    if (end === "reset") await control("DELETE", "");
    else await close();
    expect(await pending).toMatchObject({ Code: "Success" });
  }
});
