import { createMetrics, probeApp } from "@verdict/runtime";
import { documentedMetrics, metricsOf, updateDocumentedMetrics } from "@verdict/testkit";
import { expect, test } from "vitest";
import { countedHandler } from "../src/counted-handler.ts";
import { TASKS, workerMetrics } from "../src/worker-metrics.ts";

function given() {
  const registry = createMetrics("worker");
  const counts = workerMetrics(registry, { routes: ["default"], jobs: ["receipts.reconcile"] });
  const lines = async (name: string) =>
    (await registry.getSingleMetricAsString(name))
      .split("\n")
      .filter((line) => !line.startsWith("#"))
      .map((line) => line.replace(',app="worker"', ""));
  return { registry, counts, lines };
}

test("a task is counted by how it went, and tells when it last went well", async () => {
  const { counts, lines } = given();
  const before = await lines("verdict_task_last_success_timestamp_seconds");
  expect(before).toHaveLength(TASKS.length);
  await counts.task("seal", async () => 1)();
  await expect(counts.task("seal", () => Promise.reject(new Error("no")))()).rejects.toThrow("no");
  expect(await lines("verdict_task_runs_total")).toEqual([
    'verdict_task_runs_total{task="seal",outcome="done"} 1',
    'verdict_task_runs_total{task="seal",outcome="failed"} 1',
  ]);
});

test("jobs are counted by how they end, also when they throw", async () => {
  const { counts, lines } = given();
  const job = { name: "receipts.reconcile" } as Parameters<typeof countedHandler>[0];
  const context = { attempt: 1, signal: new AbortController().signal };
  await countedHandler(job, async () => ({ kind: "done" }), counts)({}, context);
  await countedHandler(job, async () => ({ kind: "retry_in", ms: 1 }), counts)({}, context);
  await expect(countedHandler(job, () => Promise.reject(new Error("no")), counts)({}, context)).rejects.toThrow("no");
  expect(await lines("verdict_jobs_total")).toEqual([
    'verdict_jobs_total{job="receipts.reconcile",outcome="done"} 1',
    'verdict_jobs_total{job="receipts.reconcile",outcome="retry_in"} 1',
    'verdict_jobs_total{job="receipts.reconcile",outcome="threw"} 1',
  ]);
});

test("only the first message about an alert tells how late it was, and only when it arrived", async () => {
  const { counts, lines } = given();
  counts.told("slack", "critical", false, 900);
  counts.told("slack", "critical", true, 1_500);
  counts.told("slack", "critical", true, null);
  expect(await lines("verdict_alert_latency_seconds")).toContainEqual(
    expect.stringMatching(/_count\{.*severity="critical".*\} 1$/),
  );
  expect(await lines("verdict_notifications_total")).toEqual([
    'verdict_notifications_total{channel="slack",outcome="failed"} 1',
    'verdict_notifications_total{channel="slack",outcome="sent"} 2',
  ]);
});

test("no value that is not known becomes a label: it is counted as other", async () => {
  const { registry, counts } = given();
  const made = "0199c2f4-7a40-7c10-8a55-2f9e0d6b1c3a";
  counts.called(made, { operation: made, product: made, answer: made, durationMs: 1 });
  counts.job(made, "done", 1);
  counts.raised({ rule: made, severity: "warning" });
  counts.told(made, "warning", true, 1);
  counts.delivered(made, 1);
  counts.forgot(made, 1);
  expect(await registry.metrics()).not.toContain(made);
});

test("a worker answers probes by what it needs, and shows its metrics to whom it may", async () => {
  const { registry } = given();
  const stopping = new AbortController();
  let isAway = false;
  const checks = {
    postgres: async () => {},
    queue: () => (isAway ? Promise.reject(new Error("away")) : Promise.resolve()),
  };
  const probes = () =>
    probeApp({
      checks,
      stopping: stopping.signal,
      metrics: registry,
      access: { production: true, token: "0123456789abcdef" },
    });
  expect((await probes().request("/readyz")).status).toBe(200);
  isAway = true;
  const app = probes();
  const unready = await app.request("/readyz");
  expect([unready.status, await unready.json()]).toEqual([503, { status: "unready", failed: ["queue"] }]);
  expect((await app.request("/livez")).status).toBe(200);
  expect((await app.request("/metrics")).status).toBe(401);
  const headers = { Authorization: "Bearer 0123456789abcdef" };
  expect(await (await app.request("/metrics", { headers })).text()).toContain("verdict_task_runs_total");
  expect((await app.request("/anything")).status).toBe(404);
  stopping.abort();
  expect(await (await app.request("/readyz")).json()).toEqual({ status: "stopping", failed: [] });
});

test("the documentation names every metric of a worker, and no other", async () => {
  const metrics = await metricsOf(given().registry);
  updateDocumentedMetrics("worker", metrics);
  expect(documentedMetrics("worker")).toEqual(metrics);
});
