import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@verdict/runtime";
import { afterEach, expect, test } from "vitest";
import { createSimulator } from "../src/simulator.ts";
import { SETTINGS, setup, signedRequest } from "./setup.ts";

const opened: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** After so many turns of the event loop. */
const later = (turns: number, run: () => unknown): unknown =>
  turns > 0 ? setImmediate(() => later(turns - 1, run)) : run();

/** A receiver whose answers take differently long, which must not show in the log. */
async function givenReceiver(): Promise<string> {
  let nth = 0;
  const server = createServer((request, response) => {
    nth += 1;
    const status = request.url?.includes("passed=N") ? 503 : 200;
    later(nth % 7, () => response.writeHead(status).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks`;
}

/** The same commands over real connections; gives the log as it was sent. */
async function play(faultSeed: number, idSeed = "fixed"): Promise<string> {
  const CallbackUrl = await givenReceiver();
  const frozenAt = Date.parse("2026-01-31T00:00:00Z");
  const simulator = createSimulator({ settings: { ...SETTINGS, idSeed, frozenAt } });
  const serving = await serve({ app: simulator.app, port: 0, variable: "SIMULATOR_PORT", hostname: "127.0.0.1" });
  opened.push(serving.close, simulator.close);
  const base = `http://127.0.0.1:${serving.port}`;
  const send = async (path: string, init: RequestInit = {}) => (await fetch(`${base}${path}`, init)).text();
  const command = (path: string, body: object = {}, method = "POST") =>
    send(`/_sim${path}`, { method, body: JSON.stringify(body) });
  const call = async (action: string, parameters: Record<string, string>) => {
    const { search, headers } = signedRequest(action, parameters, new URL(base).host);
    return send(`/${search}`, { method: "POST", headers });
  };

  await command(
    "/faults",
    {
      seed: faultSeed,
      callbacks: {
        drop: 0.2,
        duplicate: 0.4,
        mutate: 0.2,
        forge: 0.4,
        reorder: 0.3,
        spelling: 0.3,
        delayMs: [0, 9_000],
      },
      calls: { throttle: 0.2, error: 0.2, okError: 0.1, html: 0.1, contradict: 0.3 },
    },
    "PUT",
  );
  for (let nth = 0; nth < 20; nth += 1) {
    const face = { ProductCode: "FACE_VERIFY", MerchantBizId: `biz${nth}`, MerchantUserId: "u", MetaInfo: "{}" };
    await call("Initialize", {
      ...face,
      FacePictureUrl: "https://images.example/1.jpg",
      CallbackUrl,
      CallbackToken: "t",
    });
  }
  const sessions = JSON.parse(await send("/_sim/transactions")) as { transactionId: string }[];
  for (const [nth, { transactionId }] of sessions.entries()) {
    const passed = nth % 3 === 0 ? { passed: "N", subCode: "205" } : { passed: "Y", subCode: "200" };
    await command(`/transactions/${transactionId}/complete`, passed);
  }
  await command("/settle");
  for (let step = 0; step < 12; step += 1) {
    await command("/clock/advance", { ms: 1_000 });
    await command("/settle");
  }
  for (const { transactionId } of sessions) {
    await call("CheckResult", { MerchantBizId: "biz", TransactionId: transactionId });
  }
  return send("/_sim/log");
}

test("same seed, same commands: the log is the same byte for byte, whatever the network does", async () => {
  const once = await play(7);
  expect(JSON.parse(once).length).toBeGreaterThan(40);
  expect(await play(7)).toBe(once);
});

test("another seed of faults, or of ids: another log", async () => {
  const once = await play(7);
  expect(await play(8)).not.toBe(once);
  expect(await play(7, "other")).not.toBe(once);
});

test("a frozen clock moves by commands alone, and what waits with it", async () => {
  const { open, complete, control, timers, callbacks } = setup({ settings: { frozenAt: 0 } });
  await control("PUT", "/faults", { callbacks: { delayMs: [1_000, 1_000] } });
  await complete(await open());
  await timers.advance(60_000);
  expect(callbacks()).toEqual([]);
  expect((await control("GET", "/clock")).body).toMatchObject({ now: "1970-01-01T00:00:00.000Z" });
  await control("POST", "/clock/advance", { ms: 1_000 });
  await control("POST", "/settle");
  expect(callbacks()).toHaveLength(1);
});

test("settle waits for the receiver's answer", async () => {
  const { open, control, receiver, rows } = setup();
  const id = await open();
  const answer = Promise.withResolvers<{ kind: "answered"; httpStatus: number }>();
  receiver.say = () => answer.promise;
  await control("POST", `/transactions/${id}/complete`, { passed: "Y", subCode: "200" });
  const settled = control("POST", "/settle");
  answer.resolve({ kind: "answered", httpStatus: 200 });
  await settled;
  expect((await rows())[0]?.callbacks).toMatchObject([{ kind: "callback", httpStatus: 200 }]);
});
