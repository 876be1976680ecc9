import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createProviderClient, type ProviderClientOptions } from "@verdict/provider";
import { serve } from "@verdict/runtime";
import { afterEach, expect, test } from "vitest";
import { createSimulator } from "../src/simulator.ts";
import { base64, jpegOf } from "./pictures.ts";
import { ACCESS_KEY, SETTINGS } from "./setup.ts";

const opened: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** A receiver on a real port; every request it got is kept. */
async function givenReceiver(answer: RequestListener) {
  const requests: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push(() => new Promise((resolve) => server.close(resolve)));
  opened.push(() => server.closeAllConnections());
  const arrived = (count: number) =>
    new Promise<void>((resolve) => {
      const look = () => requests.length >= count && resolve();
      server.on("request", look);
      look();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks/default`, requests, arrived };
}

/** The simulator on a real port, and the client Verdict uses. */
async function givenProvider(options: Partial<ProviderClientOptions> = {}) {
  const simulator = createSimulator({ settings: { ...SETTINGS, behaviour: { callbackRetryMs: 0 } } });
  const serving = await serve({ app: simulator.app, port: 0, variable: "SIMULATOR_PORT", hostname: "127.0.0.1" });
  const endpoint = `http://127.0.0.1:${serving.port}`;
  const key = { accessKeyId: ACCESS_KEY.id, accessKeySecret: ACCESS_KEY.secret };
  const client = createProviderClient({ endpoint, ...key, ...options });
  // The simulator first, so that nobody waits for an answer it holds back.
  opened.push(() => client.close(), serving.close, simulator.close);
  const control = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${endpoint}/_sim${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    return (await response.json()) as unknown;
  };
  return { client, control, endpoint };
}

const face = {
  productCode: "FACE_VERIFY",
  merchantBizId: "biz1",
  merchantUserId: "user",
  metaInfo: `{"odd":"! ' ( ) * ~ + % & = ä 中"}`,
  facePictureBase64: base64(jpegOf()),
} as const;

test("Verdict's own client opens a session, is told to wait, and reads the result", async () => {
  const receiver = await givenReceiver((_request, response) => response.end("{}"));
  const { client, control } = await givenProvider();
  const opened = await client.initialize({ ...face, callbackUrl: receiver.url, callbackToken: "token-1" });
  if (opened.kind !== "ok") throw new Error(opened.code);
  const { transactionId } = opened.result;
  const asked = { merchantBizId: "biz1", transactionId };

  expect(await client.checkResult(asked)).toMatchObject({ kind: "pending", code: "ProcessNotCompleted" });
  await control("POST", `/transactions/${transactionId}/complete`, { passed: "N", subCode: "205" });
  await receiver.arrived(2);
  expect(receiver.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "GET /callbacks/default",
    `GET /callbacks/default?callbackToken=token-1&transactionId=${transactionId}&passed=N&subCode=205`,
  ]);
  expect(await client.checkResult(asked)).toMatchObject({ kind: "ok", result: { passed: "N", subCode: "205" } });
  expect(await client.checkVerifyLog(asked)).toMatchObject({ kind: "ok", result: { verifyStatus: "0" } });
});

test("refusals keep their codes for the client", async () => {
  const { client } = await givenProvider();
  const { facePictureBase64: _none, ...faceless } = face;
  expect(await client.initialize(faceless)).toMatchObject({ kind: "permanent", code: "MissingParameter" });
  const asked = { merchantBizId: "biz1", transactionId: "hksx" };
  expect(await client.checkResult(asked)).toMatchObject({ kind: "permanent", code: "TransactionIdInvalid" });
  const { client: stranger } = await givenProvider({ accessKeySecret: "wrong" });
  expect(await stranger.checkResult(asked)).toMatchObject({ kind: "configuration", code: "SignatureDoesNotMatch" });
});

test("a redirect is neither followed nor taken for a success", async () => {
  const elsewhere = await givenReceiver((_request, response) => response.end());
  const receiver = await givenReceiver((request, response) => {
    const isProbe = !request.url?.includes("?");
    response.writeHead(isProbe ? 200 : 302, { Location: elsewhere.url }).end();
  });
  const { client, control } = await givenProvider();
  expect(await client.initialize({ ...face, callbackUrl: elsewhere.url })).toMatchObject({ kind: "ok" });
  const opened = await client.initialize({ ...face, callbackUrl: receiver.url });
  if (opened.kind !== "ok") throw new Error(opened.code);
  await control("POST", `/transactions/${opened.result.transactionId}/complete`, { passed: "Y", subCode: "200" });
  await receiver.arrived(3);
  expect(elsewhere.requests).toHaveLength(1);
});

test("where a setting says so, redirects are followed, probes are HEADs, and both say who they are", async () => {
  const elsewhere = await givenReceiver((_request, response) => response.end());
  const receiver = await givenReceiver((_request, response) =>
    response.writeHead(302, { Location: elsewhere.url }).end(),
  );
  const { client, control } = await givenProvider();
  const settings = { callbackRedirects: "follow", probeMethod: "HEAD", callbackUserAgent: "Simulated/1.0" };
  await control("PUT", "/settings", settings);
  expect(await client.initialize({ ...face, callbackUrl: receiver.url })).toMatchObject({ kind: "ok" });
  for (const { requests } of [receiver, elsewhere]) {
    expect(requests.map(({ method, headers }) => [method, headers["user-agent"]])).toEqual([["HEAD", "Simulated/1.0"]]);
  }
});

test("a receiver that nobody can reach keeps the session from opening", async () => {
  const { client } = await givenProvider();
  const answer = await client.initialize({ ...face, callbackUrl: "http://127.0.0.1:1/callbacks/default" });
  expect(answer).toMatchObject({ kind: "permanent", code: "InvalidParameter" });
});

test("the faults of calls look to the client like what they stand for", async () => {
  const { client, control } = await givenProvider({ timeoutMs: { CheckResult: 100 } });
  const asked = { merchantBizId: "biz1", transactionId: "hksx" };
  for (const [fault, seen] of [
    ["throttle", { kind: "throttled", code: "Throttling.Api" }],
    ["error", { kind: "transient" }],
    ["html", { kind: "transient", code: "NotJson", httpStatus: 502 }],
    ["hang", { kind: "transient", code: "Timeout", lost: true }],
  ] as const) {
    await control("PUT", "/faults", { seed: 1, calls: { [fault]: 1 } });
    expect(await client.checkResult(asked)).toMatchObject(seen);
  }
});

test("a body that is too large is refused, and the next call is served", async () => {
  const { endpoint, client } = await givenProvider();
  const body = "x".repeat(10_000_000);
  const response = await fetch(endpoint, { method: "POST", body, headers: { "x-acs-action": "Initialize" } });
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ Code: "ToolargeImage" });
  expect(await client.checkResult({ merchantBizId: "biz1", transactionId: "x" })).toMatchObject({ httpStatus: 400 });
});
