import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Collector, startCollector } from "@verdict/testkit";
import { Hono } from "hono";
import { afterEach, beforeEach, expect, test } from "vitest";
import { beginTogether, openTracing, type Tracing } from "../src/index.ts";

let collector: Collector;
let tracing: Tracing;

async function open(options: { ratio?: number; trustCallers?: boolean } = {}) {
  const { ratio = 1, ...rest } = options;
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: ratio };
  const opened = await openTracing(settings, { service: "app", ...rest });
  if (!opened) throw new Error("Tracing is off.");
  tracing = opened;
  return opened;
}

beforeEach(async () => {
  collector = await startCollector();
});
afterEach(async () => {
  await tracing.close();
  await collector.stop();
});

const span = (name: string, nth = 0) => {
  const found = collector.spans.filter((one) => one.name === name)[nth];
  if (!found) throw new Error(`${name} did not arrive; ${collector.spans.map((one) => one.name)} did`);
  return found;
};

test("what is begun within a span is a part of it, also after a wait and with a carrier in another process", async () => {
  await open();
  let carrier: string | undefined;
  await tracing.span("get", { kind: "server", parent: null }, async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    carrier = tracing.current();
    tracing.begin("within").end();
  });
  expect(carrier).toMatch(/^[0-9a-f]{32}-[0-9a-f]{16}$/);
  tracing.begin("elsewhere", { parent: carrier }).end({ failed: true });
  tracing.begin("alone", { parent: null }).end();
  await tracing.close();
  expect(span("within")).toMatchObject({ traceId: span("get").traceId, parentSpanId: span("get").spanId });
  expect(span("elsewhere")).toMatchObject({
    traceId: span("get").traceId,
    parentSpanId: span("get").spanId,
    failed: true,
  });
  expect(span("alone").traceId).not.toBe(span("get").traceId);
  expect(span("get")).toMatchObject({ service: "verdict-app", kind: 2, parentSpanId: null });
});

test("work that is done once for many is a span in the trace of each, and these are linked", async () => {
  await open();
  const parents = [0, 1, 2].map(() => tracing.begin("get", { parent: null }));
  const carriers = parents.flatMap(({ carrier }) => carrier ?? []);
  beginTogether(tracing, "commit", carriers).end();
  for (const parent of parents) parent.end();
  await tracing.close();
  const [first, ...others] = [0, 1, 2].map((nth) => span("commit", nth));
  expect(first?.links).toEqual([]);
  expect(others.map(({ links }) => links)).toEqual([[first?.spanId], [first?.spanId]]);
  expect([first, ...others].map((one) => one?.traceId)).toEqual(carriers.map((carrier) => carrier.split("-")[0]));
});

test("of what is not recorded nothing travels on, and a carrier that is none is ignored", async () => {
  await open({ ratio: 0 });
  expect(tracing.begin("get", { parent: null }).carrier).toBeUndefined();
  await tracing.span("get", { parent: null }, async () => expect(tracing.current()).toBeUndefined());
  for (const parent of ["", "00-zz-01", "x".repeat(400)]) tracing.begin("odd", { parent }).end();
  await tracing.close();
  expect(collector.spans).toEqual([]);
});

test("requests are named by their route; addresses, queries and the texts of errors stay here", async () => {
  await open();
  const app = new Hono()
    .use("*", tracing.middleware())
    .get("/things/:id/:secret", (c) => c.text("ok"))
    .get("/broken", () => {
      throw new Error("Failed query: select 1 params: hunter2");
    })
    .onError((_, c) => c.text("no", 500));
  await app.request("/things/7/hunter2?callbackToken=hunter2");
  await app.request("/broken?callbackToken=hunter2");
  await app.request("/nowhere/hunter2?callbackToken=hunter2");
  await tracing.span("odd", { parent: null, attributes: { where: "/a?hunter2" } }, async () => {});
  await tracing.close();
  expect(span("GET /things/:id/:secret").attributes).toMatchObject({ "http.response.status_code": 200 });
  expect(span("GET /broken").failed).toBe(true);
  expect(collector.spans).toHaveLength(4);
  expect(collector.bodies.join()).not.toContain("hunter2");
});

test.each([
  [true, "goes on"],
  [false, "begins one of its own"],
])("a request that names a trace, where callers are trusted %s, %s", async (trustCallers) => {
  await open({ trustCallers });
  const app = new Hono().use("*", tracing.middleware()).get("/a", (c) => c.text("ok"));
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  await app.request("/a", { headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } });
  await tracing.close();
  expect(span("GET /a").traceId === traceId).toBe(trustCallers);
});

test("a collector that is away costs nobody anything: spans are dropped", async () => {
  await open();
  await collector.stop();
  expect(await tracing.span("get", { parent: null }, async () => 7)).toBe(7);
  await tracing.close();
});

// prom-client brings the bare interface @opentelemetry/api, which does nothing by itself.
test("without an exporter no code of OpenTelemetry's is loaded; with one it is", async () => {
  await open();
  const entry = new URL("../src/index.ts", import.meta.url).href;
  const script = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    const { openTracing } = await import(${JSON.stringify(entry)});
    const count = () => loaded.filter((url) => /node_modules\\/(@opentelemetry\\/(?!api\\/)|@hono\\/otel)/.test(url)).length;
    const off = await openTracing({ OTEL_TRACES_SAMPLER_ARG: 1 }, { service: "app" });
    const before = count();
    await openTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9", OTEL_TRACES_SAMPLER_ARG: 1 }, { service: "app" });
    console.log(JSON.stringify({ off, before, isLoaded: count() > 0 }));
    process.exit();`;
  const node = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
  });
  expect(JSON.parse((await node).stdout)).toEqual({ off: null, before: 0, isLoaded: true });
});
