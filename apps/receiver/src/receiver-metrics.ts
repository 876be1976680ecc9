import type { RefusalReason } from "@verdict/domain";
import { Gauge, Histogram, type Registry, spread, tally } from "@verdict/runtime";
import type { ReceiptSink } from "@verdict/services";
import { NO_ROUTE, type Outcome, REFUSALS_HERE } from "./callback-routes.ts";

const OUTCOMES: Readonly<Record<Outcome, true>> = {
  accepted: true,
  malformed: true,
  probe: true,
  refused: true,
  too_fast: true,
  unavailable: true,
  unknown_token: true,
};

const REASONS: Readonly<Record<RefusalReason, true>> = {
  no_such_route: true,
  token_forged: true,
  token_malformed: true,
  token_missing: true,
  token_unknown_key: true,
  too_many_parameters: true,
};

/** The provider hangs up after 3 s. */
const ANSWER_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3];

const BATCH_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export type ReceiverMetrics = ReturnType<typeof receiverMetrics>;

/** What the receiver counts, in memory. Routes are those that were configured; every other one is `-`. */
export function receiverMetrics(registry: Registry, routes: readonly string[]) {
  const registers = [registry];
  const route = ["route", [...routes, NO_ROUTE]] as const;
  const answered = spread(registry, {
    name: "verdict_callback_answer_seconds",
    help: "How long callbacks waited for their answer that a store had to hear of; refusals and probes are not among them",
    buckets: ANSWER_BUCKETS,
  });
  const writes = new Histogram({
    name: "verdict_receipt_write_seconds",
    help: "How long a store took to commit a batch of callbacks",
    labelNames: ["sink"],
    buckets: ANSWER_BUCKETS,
    registers,
  });
  const together = spread(registry, {
    name: "verdict_receipt_write_callbacks",
    help: "How many callbacks were committed together",
    buckets: BATCH_BUCKETS,
  });
  const failures = new Gauge({
    name: "verdict_sink_away",
    help: "1: the store does not take callbacks, as far as this process knows",
    labelNames: ["sink"],
    registers,
  });
  return {
    /** By route and outcome. */
    answered: tally(registry, {
      name: "verdict_callbacks_total",
      help: "Requests to the callback endpoint by how they were answered",
      labels: [route, ["outcome", Object.keys(OUTCOMES)]],
    }),
    /** By route and reason. */
    refused: tally(registry, {
      name: "verdict_callback_refusals_total",
      help: "Requests that were turned away, by what was wrong with them",
      labels: [route, ["reason", [...Object.keys(REASONS), ...REFUSALS_HERE]]],
    }),
    answeredAfter: (ms: number) => answered(ms / 1_000),
    away: (sink: ReceiptSink["name"], isAway: boolean) => failures.set({ sink }, isAway ? 1 : 0),
    /** The same sink, timed. */
    timed(sink: ReceiptSink): ReceiptSink {
      const seconds = writes.labels({ sink: sink.name });
      failures.set({ sink: sink.name }, 0);
      return {
        ...sink,
        async write(batch, batchId) {
          const begunAt = performance.now();
          await sink.write(batch, batchId);
          seconds.observe((performance.now() - begunAt) / 1_000);
          together(batch.length);
        },
      };
    },
  };
}
