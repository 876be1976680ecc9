import type { ReceivedClaim } from "@verdict/db";
import { openTracing, type Tracing } from "@verdict/runtime";
import { acceptCallback, groupCommit } from "@verdict/services";
import { type Collector, startCollector } from "@verdict/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimTraces } from "../src/claim-traces.ts";
import { NOW, session } from "./support.ts";

let collector: Collector;
let tracing: Tracing;
beforeEach(async () => {
  collector = await startCollector();
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: 1 };
  const opened = await openTracing(settings, { service: "receiver" });
  if (!opened) throw new Error("Tracing is off.");
  tracing = opened;
});
afterEach(async () => {
  await tracing.close();
  await collector.stop();
});

const genuine = (transactionId: string) => ({
  ...({ kind: "genuine", verificationId: session.id, expiresAt: session.expiresAt, keyId: "k1" } as const),
  content: { kind: "claim", transactionId, claim: { passed: true, subCode: "200" }, extra: {} } as const,
});

/** A receiver whose store answers as the test says, and all batches with the traces that would be packed with them. */
function given(answer: () => Promise<void> = async () => {}) {
  const traces = claimTraces(tracing);
  const packed: { transactions: string[]; traces: [number, string][] }[] = [];
  const write = async (batch: readonly ReceivedClaim[]) => {
    packed.push({ transactions: batch.map(({ transactionId }) => transactionId), traces: traces.tracesOf(batch) });
    await answer();
  };
  const never = () => Promise.reject(new Error("not here"));
  const accept = acceptCallback({
    commit: traces.committing(groupCommit(traces.writing(write))),
    ...{ recordMalformed: never, findOpaqueToken: never },
  });
  return { accept: traces.accepting(accept), packed };
}

test("callbacks that are committed together carry a trace each, and the write is a part of every one", async () => {
  const { accept, packed } = given();
  const ids = ["hks-1", "hks-2", "hks-3"];
  const answers = await Promise.all(ids.map((id) => accept("default", genuine(id), NOW)));
  expect(answers.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted", "accepted"]);
  await tracing.close();

  const spans = (name: string) => collector.spans.filter((span) => span.name === name);
  const got = spans("GET /callbacks/:route");
  expect(packed).toHaveLength(1);
  expect(packed[0]?.transactions).toEqual(ids);
  const carried = packed[0]?.traces.map(([, carrier]) => carrier) ?? [];
  expect(carried.toSorted()).toEqual(got.map(({ traceId, spanId }) => `${traceId}-${spanId}`).toSorted());
  expect(new Set(got.map(({ traceId }) => traceId)).size).toBe(3);
  const [first, ...others] = spans("commit");
  expect(others.map(({ links }) => links)).toEqual([[first?.spanId], [first?.spanId]]);
  expect(collector.bodies.join()).not.toContain("hks-1");
});

test("a write that failed is a failed part of the trace", async () => {
  const { accept } = given(() => Promise.reject(new Error("away")));
  expect(await accept("default", genuine("hks-1"), NOW)).toMatchObject({ outcome: "unavailable" });
  await tracing.close();
  expect(collector.spans.filter(({ failed }) => failed).map(({ name }) => name)).toEqual(["commit"]);
});
