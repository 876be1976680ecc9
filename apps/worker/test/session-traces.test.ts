import { randomUUID, randomUUIDv7 } from "node:crypto";
import { insertReceiptBatch, insertReceipts } from "@verdict/db";
import { receiptId } from "@verdict/domain";
import { type ClaimBatch, packClaims, type UnpackedClaim } from "@verdict/queue";
import { openTracing, type Tracing } from "@verdict/runtime";
import {
  type Collector,
  createTestDatabase,
  givenVerification,
  startCollector,
  type TestDatabase,
  until,
} from "@verdict/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { handleReconcile } from "../src/handlers.ts";
import { sessionTraces } from "../src/session-traces.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let collector: Collector;
let tracing: Tracing;
beforeEach(async () => {
  collector = await startCollector();
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: 1 };
  const opened = await openTracing(settings, { service: "worker" });
  if (!opened) throw new Error("Tracing is off.");
  tracing = opened;
});
afterEach(async () => {
  await tracing.close();
  await collector.stop();
});

const now = () => new Date();

/** What a worker's main.ts passes on, and what it has lost. */
function givenWorker() {
  const { db } = database;
  const lost: unknown[] = [];
  const traces = sessionTraces({ db, now, tracing, onLost: (error) => lost.push(error) });
  const deps = {
    ...{ db, now, newId: randomUUIDv7, ring: async () => {}, onAlert: () => {}, trace: traces.reconciling },
    onPoison: (_: string, error: unknown) => Promise.reject(error),
    onDamaged: (_: string, error: unknown) => Promise.reject(error),
  };
  return { deps, traces, lost, db };
}

/** Callbacks of new sessions, each with the trace that its GET began. */
async function givenBatch(count: number): Promise<ClaimBatch & { traces: [number, string][] }> {
  const claims: UnpackedClaim[] = [];
  const traces: [number, string][] = [];
  for (let index = 0; index < count; index++) {
    const transactionId = `hks${randomUUID().replaceAll("-", "").slice(3)}`;
    const { id, route } = await givenVerification(database.db, { transactionId });
    const said = { route, verificationId: id, transactionId };
    const claim = { passed: true, subCode: "200" };
    claims.push({
      ...{ ...said, ...claim, id: receiptId({ ...said, claim }), keyId: "k1" },
      ...{ late: false, receivedAt: now(), extra: null },
    });
    const got = tracing.begin("GET", { parent: null, kind: "server" });
    traces.push([index, got.carrier ?? ""]);
    got.end();
  }
  return { batchId: randomUUID(), claims, traces };
}

const call = (transactionId: string) => ({
  ...({
    operation: "CheckResult",
    product: null,
    transactionId,
    answer: "ok",
    code: "Success",
    httpStatus: 200,
  } as const),
  ...{ begunAt: now(), durationMs: 5 },
});

const arrived = async (name: string, count: number) => {
  const named = () => collector.spans.filter((span) => span.name === name);
  await until(async () => named().length >= count);
  return named();
};

test.each([
  ["the queue, as claims", async (batch: ClaimBatch) => ({ claims: packClaims(batch) })],
  [
    "Postgres, as a batch that a sweep finds",
    async (batch: ClaimBatch) => {
      const row = { id: batch.batchId, packed: packClaims(batch), claims: batch.claims.length, dueAt: now() };
      await insertReceiptBatch(database.db, row);
      return { batchIds: [batch.batchId] };
    },
  ],
])(
  "callbacks that came by %s: each goes on in its own trace, and the work that was shared is linked",
  async (_, put) => {
    const { deps, traces, lost } = givenWorker();
    const batch = await givenBatch(3);
    expect(await handleReconcile(deps, await put(batch))).toEqual({ kind: "done" });
    for (const { transactionId } of batch.claims) traces.called("default", call(transactionId));

    const reconciled = await arrived("reconcile", 3);
    const [first, ...others] = reconciled;
    expect(others.map(({ links }) => links)).toEqual([[first?.spanId], [first?.spanId]]);
    const asked = await arrived("CheckResult", 3);
    for (const [, carrier] of batch.traces) {
      const [traceId, spanId] = carrier.split("-");
      const mine = reconciled.find((span) => span.traceId === traceId);
      expect(mine?.parentSpanId).toBe(spanId);
      expect(asked.filter((span) => span.traceId === traceId).map(({ parentSpanId }) => parentSpanId)).toEqual([
        mine?.spanId,
      ]);
    }
    expect(lost).toEqual([]);
  },
);

test("a receipt that is decided later, on its own, goes on with the trace of its session", async () => {
  const { deps, db } = givenWorker();
  const batch = await givenBatch(1);
  await handleReconcile(deps, { claims: packClaims(batch) });
  const [claim] = batch.claims;
  if (!claim) throw new Error("There is no claim.");
  const again = { ...claim, subCode: "201", id: receiptId({ ...claim, claim: { passed: true, subCode: "201" } }) };
  await insertReceipts(db, [again], "postgres", now());
  await handleReconcile(deps, { receiptIds: [again.id] });
  const spans = await arrived("reconcile", 2);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
});

test("a batch without traces, and calls about nothing we have, begin traces of their own or none", async () => {
  const { deps, traces, lost } = givenWorker();
  const { traces: _, ...batch } = await givenBatch(1);
  expect(await handleReconcile(deps, { claims: packClaims(batch) })).toEqual({ kind: "done" });
  traces.called("default", call("hks-unknown"));
  expect(await arrived("CheckResult", 1)).toMatchObject([{ parentSpanId: null }]);
  expect(collector.spans.filter(({ name }) => name === "reconcile")).toEqual([]);
  expect(lost).toEqual([]);
});

test("a trace that cannot be kept loses its spans, and no callback", async () => {
  const { deps, lost, db } = givenWorker();
  const batch = await givenBatch(1);
  await db.sql`alter table session_traces rename to elsewhere`;
  try {
    expect(await handleReconcile(deps, { claims: packClaims(batch) })).toEqual({ kind: "done" });
  } finally {
    await db.sql`alter table elsewhere rename to session_traces`;
  }
  expect(lost).toHaveLength(1);
  const [{ waiting }] = await db.sql<[{ waiting: number }]>`select count(*)::int as waiting from receipt_inbox`;
  expect(waiting).toBe(0);
});
