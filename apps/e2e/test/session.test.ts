import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CollectedSpan, type Collector, freePort, startCollector, until } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startListener } from "../src/listener.ts";
import { type StackProcess, startStack } from "../src/stack-process.ts";

let stack: StackProcess;
let collector: Collector;
let listener: Awaited<ReturnType<typeof startListener>>;
let workerPort: number;
beforeAll(async () => {
  collector = await startCollector();
  listener = await startListener();
  workerPort = await freePort();
  stack = await startStack({
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, DELIVERY_ALLOWED_TARGETS: "127.0.0.1/32" },
    ...{ WORKER_PORT: String(workerPort), LOG_LEVEL: "debug" },
  });
});
afterAll(async () => {
  await stack.stop();
  await stack.removeData();
  await listener.stop();
  await collector.stop();
});

type Body = { id: string; transactionId: string; items: { type: string; to?: string }[] };

const api = async (path: string, init: RequestInit = {}) => {
  const headers = { Authorization: `Bearer ${stack.apiKey}`, "Content-Type": "application/json" };
  const response = await fetch(`${stack.urls.api}${path}`, { headers, ...init });
  return { status: response.status, body: (await response.json()) as Body };
};
const post = (url: string, body: unknown) =>
  fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

const start = (body: Record<string, unknown>) =>
  api("/v1/verifications", { method: "POST", body: JSON.stringify(body) });
const document = { product: "ID_OCR", docType: "01000000", merchantUserId: "user-1", metaInfo: "{}" };
const face = {
  product: "FACE_VERIFY",
  facePictureUrl: "https://images.example.com/face.jpg",
  merchantUserId: "user-1",
  metaInfo: "{}",
};

test.each([
  ["a face session that passes", face, "Y", "200", "passed"],
  ["a face session with a liveness attack", face, "N", "205", "failed"],
  ["a document session that passes", document, "Y", "200", "passed"],
])("%s goes from start to a confirmed outcome", async (_, body, passed, subCode, status) => {
  const started = await start(body);
  expect(started).toMatchObject({ status: 201, body: { status: "awaiting" } });
  const { id, transactionId } = started.body;

  await post(`${stack.urls.simulator}/_sim/transactions/${transactionId}/complete`, { passed, subCode });
  const ended = await api(`/v1/verifications/${id}?wait=30`);
  expect(ended.body).toMatchObject({
    status,
    passed: passed === "Y",
    subCode,
    claim: { passed: passed === "Y", subCode },
    outcome: { source: "check_result" },
  });

  const timeline = await api(`/v1/verifications/${id}/timeline`);
  const kinds = timeline.body.items.map((item) => item.type);
  expect(kinds).toEqual(expect.arrayContaining(["receipt", "check", "transition"]));
  const moves = timeline.body.items.filter((item) => item.type === "transition");
  expect(moves.map((move) => move.to)).toEqual(["awaiting", "claimed", status]);
});

test("from the callback's GET to the notification it is one trace, across all processes, and no token is in it", async () => {
  const channel = {
    kind: "webhook",
    url: `${listener.url}/alert`,
    secrets: [`whsec_${randomBytes(32).toString("base64")}`],
  };
  const made = [
    await api("/v1/channels", { method: "POST", body: JSON.stringify({ name: "on call", config: channel }) }),
    await api("/v1/endpoints", {
      method: "POST",
      body: JSON.stringify({ name: "shop", url: `${listener.url}/event` }),
    }),
  ];
  expect(made.map(({ status }) => status)).toEqual([201, 201]);
  const from = collector.spans.length;
  const traced = { ...face, merchantUserId: "alice-who-is-traced" };
  const { transactionId } = (await start(traced)).body;
  const listed = await fetch(`${stack.urls.simulator}/_sim/transactions`);
  const transactions = (await listed.json()) as { transactionId: string; callbackToken: string }[];
  const { callbackToken = "none" } = transactions.find((one) => one.transactionId === transactionId) ?? {};
  await post(`${stack.urls.simulator}/_sim/transactions/${transactionId}/complete`, { passed: "N", subCode: "206" });

  const heard = (path: string, word: string) =>
    listener.heard.some((line) => line.startsWith(path) && line.includes(word));
  await until(async () => heard("/alert", "device_risk") && heard("/event", "verification.failed"));
  const spans = () => collector.spans.slice(from);
  const trace = () => {
    // Spans of earlier sessions may come late.
    const told = spans().find(
      ({ name, attributes }) => name === "notify" && attributes["verdict.rule"] === "device_risk",
    );
    return spans().filter(({ traceId }) => traceId === told?.traceId);
  };
  const steps = ["CheckResult", "GET /callbacks/:route", "alert", "commit", "deliver", "notify", "reconcile"];
  await until(async () => steps.every((step) => trace().some(({ name }) => name === step)));
  expect([...new Set(trace().map(({ name }) => name))].toSorted()).toEqual(steps);
  expect(new Set(trace().map(({ service }) => service))).toEqual(new Set(["verdict-receiver", "verdict-worker"]));
  const ids = new Set(trace().map(({ spanId }) => spanId));
  const roots = trace().filter(({ parentSpanId }) => parentSpanId === null || !ids.has(parentSpanId));
  expect(roots.map(({ name }) => name)).toEqual(["GET /callbacks/:route"]);

  const call = await until(async () => spans().find(({ name }) => name === "Initialize"));
  expect(call.parentSpanId).toBe(spans().find(({ name }) => name === "POST /v1/verifications")?.spanId);

  const logs = await readdir(join(stack.dataDir, "logs"));
  const logged = await Promise.all(logs.map((name) => readFile(join(stack.dataDir, "logs", name), "utf8")));
  expect(logged.join("")).toContain('"outcome":"accepted"');
  const told = [...collector.bodies, ...logged].join("\n");
  for (const secret of [callbackToken, "alice-who-is-traced", stack.apiKey]) expect(told.includes(secret)).toBe(false);
  expect(collector.spans.flatMap(valuesWithQuery)).toEqual([]);
});

const valuesWithQuery = ({ attributes }: CollectedSpan) =>
  Object.values(attributes).filter((value) => typeof value === "string" && value.includes("?"));

test("every process tells that it lives, that it is ready, and what it has done", async () => {
  const { receiver, api } = stack.urls;
  for (const url of [receiver, api, `http://127.0.0.1:${workerPort}`]) {
    const pages = await Promise.all(["/livez", "/readyz", "/metrics"].map((path) => fetch(url + path)));
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200]);
  }
  const worker = await (await fetch(`http://127.0.0.1:${workerPort}/metrics`)).text();
  for (const counted of [
    /^verdict_jobs_total\{job="receipts.reconcile",outcome="done",.*\} [1-9]/m,
    /^verdict_provider_calls_total\{route="default",product="FACE_VERIFY",operation="CheckResult",answer="ok",.*\} [1-9]/m,
    /^verdict_notifications_total\{channel="webhook",outcome="sent",.*\} [1-9]/m,
    /^verdict_alert_latency_seconds_count\{.*\} [1-9]/m,
    /^verdict_deliveries_total\{outcome="delivered",.*\} [1-9]/m,
    /^verdict_receipts_total\{sink="postgres",.*\} [1-9]/m,
    /^verdict_task_runs_total\{task="seal",outcome="done",.*\} [1-9]/m,
  ]) {
    expect(worker).toMatch(counted);
  }
  const figures = await (await fetch(`${api}/metrics`)).text();
  expect(figures).toMatch(/^verdict_overdue_verifications\{|^verdict_open_alerts\{/m);
  expect(figures).toMatch(/^verdict_queue_jobs\{job="receipts.reconcile",state="waiting",/m);
  expect(figures).toMatch(/^verdict_provider_calls_total\{.*operation="Initialize",answer="ok"/m);
});

test("a session whose user walks away ends expired, with the reason", async () => {
  const started = await start(face);
  const url = `${stack.urls.simulator}/_sim/transactions/${started.body.transactionId}/abandon`;
  expect((await post(url, { page: "FACE", errorCode: "1006" })).status).toBe(200);
  const ended = await api(`/v1/verifications/${started.body.id}?wait=30`);
  expect(ended.body).toMatchObject({
    status: "expired",
    passed: null,
    claim: null,
    walkAway: { progress: "interrupted", page: "FACE", errorCode: "1006" },
  });
});

test("what was settled is still there after the stack was stopped and started again", async () => {
  const before = await start({ ...document, merchantBizId: "survives1" });
  const code = await stack.stop();
  expect(code).toBe(0);
  stack = await startStack({}, stack.dataDir);
  const after = await api(`/v1/verifications/${before.body.id}`);
  expect(after.body).toMatchObject({ id: before.body.id, merchantBizId: "survives1" });
});

test("a face check is answered at once, registers the face, and tells its own registration from a duplicate", async () => {
  const check = (merchantUserId: string, changes: Record<string, unknown> = {}) =>
    api("/v1/face-checks", {
      method: "POST",
      body: JSON.stringify({
        verifyModel: "0",
        faceGroupCodes: ["customers"],
        autoRegistration: "0",
        merchantUserId,
        sourceFacePictureUrl: "https://images.example.com/person/alice/1.jpg",
        ...changes,
      }),
    });
  expect(await check("alice")).toMatchObject({
    status: 201,
    body: { product: "FACE_IDU_MIN", status: "passed", subCode: "200", faceCheck: { registered: true } },
  });
  expect(await check("alice")).toMatchObject({
    body: { status: "failed", subCode: "233", faceCheck: { onlyOwnRegistration: true } },
  });
  expect(await check("mallory")).toMatchObject({
    body: { status: "failed", subCode: "233", faceCheck: { onlyOwnRegistration: false } },
  });
  expect(
    await check("bob", { sourceFacePictureUrl: "https://images.example.com/attack/bob.jpg", liveness: "1" }),
  ).toMatchObject({
    body: { status: "failed", subCode: "205", faceCheck: { attack: true } },
  });
});
