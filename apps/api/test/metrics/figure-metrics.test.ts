import { countConfirmedAfter, readFigures, setCallLimit } from "@verdict/db";
import { ANSWER_CLASSES, OPERATION_NAMES } from "@verdict/provider";
import { callMetrics, createMetrics } from "@verdict/runtime";
import { countHours } from "@verdict/services";
import { documentedMetrics, givenVerification, metricsOf, updateDocumentedMetrics } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addBacklogMetrics } from "../../src/metrics/backlog-metrics.ts";
import { addFigureMetrics } from "../../src/metrics/figure-metrics.ts";
import { addOutcomeMetrics } from "../../src/metrics/outcome-metrics.ts";
import { addQueueMetrics } from "../../src/metrics/queue-metrics.ts";
import { setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const NOW = new Date("2026-03-01T10:45:00.000Z");
const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000);
const line = { route: "default", product: "FACE_VERIFY" } as const;

async function samplesOf(registry: ReturnType<typeof createMetrics>): Promise<Record<string, number>> {
  const lines = (await registry.metrics()).split("\n").filter((line) => line.startsWith("verdict_"));
  const named = lines.map((line) => [
    line.slice(0, line.lastIndexOf(" ")).replace(/,?app="api"/, ""),
    Number(line.split(" ").at(-1)),
  ]);
  return Object.fromEntries(named);
}

test("the page tells what breaks a promise, what waits for people, and how far the machinery has come", async () => {
  const { sql } = s.db;
  const at = NOW.toISOString();
  await givenVerification(s.db, { createdAt: minutes(-60), expiresAt: minutes(-30), nextCheckAt: NOW });
  const recent = await givenVerification(s.db, { createdAt: minutes(-33), expiresAt: minutes(-3), nextCheckAt: NOW });
  await setCallLimit(s.db, { ...line, operation: "CheckResult" }, 4);
  await sql`update call_slots set free_at = now() + interval '1 hour' where slot = 0`;
  await sql`
    insert into discrepancies (id, type, route, verification_id, opened_at)
    values (gen_random_uuid(), 'result_changed', 'default', ${recent.id}, ${at})`;
  await sql`
    insert into alerts (id, rule, severity, route, opened_at)
    values (gen_random_uuid(), 'backlog', 'warning', 'default', ${minutes(-2).toISOString()})`;
  await sql`update alert_groups set due_at = ${minutes(-2).toISOString()}`;
  await sql`
    insert into given_up_work (id, kind, reference, reason, first_at, last_at)
    values (gen_random_uuid(), 'job', 'j', 'why', ${at}, ${at}), (gen_random_uuid(), 'receipt', 'r', 'once only', ${at}, ${at})`;
  await sql`insert into unsealed (rows) values ('[]')`;
  await sql`
    insert into receipt_batches (id, packed, claims, due_at)
    values (${idMadeAt(minutes(-5))}::uuid, '', 1, ${at}), (${idMadeAt(minutes(-9))}::uuid, '', 1, 'infinity')`;
  await sql`insert into retention_state (class, last_run_at) values ('work', ${at}), ('details', null)`;

  await sql`
    insert into events_default (id, type, route, subject_id, version, at, data, position)
    values (${idMadeAt(new Date("2099-01-01"))}::uuid, 'alert.opened', 'default', gen_random_uuid(), 1, ${at}, '{}', 1)`;

  const registry = createMetrics("api");
  const figures = await readFigures(s.db, { now: NOW, grace: 120 });
  const aheadUntil = figures.eventRoom.until?.getTime() ?? 0;
  addFigureMetrics(registry, { read: async () => figures, now: () => NOW });
  const samples = await samplesOf(registry);
  expect(samples).toMatchObject({
    'verdict_overdue_verifications{route="default",product="FACE_VERIFY"}': 1,
    'verdict_open_discrepancies{type="result_changed"}': 1,
    'verdict_open_discrepancies{type="mutated_replay"}': 0,
    'verdict_open_alerts{severity="warning"}': 1,
    'verdict_open_alerts{severity="critical"}': 0,
    "verdict_oldest_untold_seconds{}": 120,
    'verdict_given_up_work{kind="job"}': 1,
    'verdict_given_up_work{kind="receipt"}': 0,
    "verdict_unsealed_statements{}": 1,
    "verdict_waiting_batches{}": 1,
    "verdict_oldest_batch_seconds{}": 300,
    'verdict_retention_last_run_timestamp_seconds{class="work"}': NOW.getTime() / 1_000,
    "verdict_event_partitions_ahead_seconds{}": (aheadUntil - NOW.getTime()) / 1_000,
    "verdict_unplaced_events{}": 1,
    'verdict_provider_calls_allowed_per_second{route="default",product="FACE_VERIFY"}': 4,
    'verdict_quota_used_ratio{route="default",product="FACE_VERIFY"}': 0.25,
  });
});

const idMadeAt = (at: Date): string => {
  const hex = at.getTime().toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};

test("the time to an outcome is counted from the moment somebody first asks, and never falls", async () => {
  const ended = (seconds: number) => {
    const confirmedAt = new Date(minutes(-20).getTime() + seconds * 1_000);
    return {
      createdAt: minutes(-20),
      expiresAt: minutes(10),
      status: "passed",
      confirmedAt,
      nextCheckAt: null,
    } as const;
  };
  await givenVerification(s.db, ended(3));
  await countHours({ db: s.db });
  let clock = 0;
  const registry = createMetrics("api");
  addOutcomeMetrics(registry, { read: () => countConfirmedAfter(s.db, minutes(-60)), clock: () => clock });
  const told = async () => {
    clock += 5_000;
    const samples = await samplesOf(registry);
    const bucket = (le: string) => samples[`verdict_time_to_outcome_seconds_bucket{product="FACE_VERIFY",le="${le}"}`];
    return [bucket("2"), bucket("5.01"), bucket("100"), bucket("+Inf")];
  };
  expect(await told()).toEqual([0, 0, 0, 0]);
  await givenVerification(s.db, ended(4));
  await givenVerification(s.db, ended(90));
  await countHours({ db: s.db });
  expect(await told()).toEqual([0, 1, 2, 2]);
});

test("requests are counted by the call of the document they were for; whatever is none is other", async () => {
  const metrics = createMetrics("api");
  const app = s.apiWith({ metrics });
  await app.request("/v1/verifications/0199c2f4-7a40-7c10-8a55-2f9e0d6b1c3a");
  await app.request("/v1/verifications/another?wait=0");
  for (const path of ["/wp-login.php", "/v1/verifications/a/b/c", "/v1/nothing", "/.env"]) await app.request(path);
  await app.request("/livez", { method: "PROPFIND" });
  const samples = await samplesOf(metrics);
  const counted = Object.entries(samples).filter(([name]) => name.startsWith("verdict_api_requests_total"));
  expect(Object.fromEntries(counted)).toEqual({
    'verdict_api_requests_total{call="GET /v1/verifications/:id",status="4xx"}': 2,
    'verdict_api_requests_total{call="other",status="4xx"}': 5,
  });
});

test("the queue's depth is told by job and state, and not at all while its store is away", async () => {
  let away = false;
  let clock = 0;
  const registry = createMetrics("api");
  const count = async () => {
    if (away) throw new Error("away");
    return { waiting: 3, active: 1, delayed: 0, failed: 0 };
  };
  addQueueMetrics(registry, { jobs: ["receipts.reconcile"], count, clock: () => clock });
  expect(await samplesOf(registry)).toMatchObject({
    'verdict_queue_jobs{job="receipts.reconcile",state="waiting"}': 3,
  });
  away = true;
  clock += 5_000;
  expect(await samplesOf(registry)).toEqual({});
});

test("the documentation names every metric of the API, and no other", async () => {
  const registry = createMetrics("api");
  const never = { read: () => Promise.reject(new Error("not read here")), now: () => NOW };
  s.apiWith({ metrics: registry });
  addBacklogMetrics(registry, never);
  addFigureMetrics(registry, never);
  addOutcomeMetrics(registry, never);
  addQueueMetrics(registry, { jobs: [], count: never.read });
  callMetrics(registry, { routes: [], operations: OPERATION_NAMES, answers: ANSWER_CLASSES });
  const metrics = await metricsOf(registry);
  updateDocumentedMetrics("api", metrics);
  expect(documentedMetrics("api")).toEqual(metrics);
});
