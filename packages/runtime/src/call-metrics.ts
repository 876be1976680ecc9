import { PRODUCTS } from "@verdict/domain";
import { Counter, Histogram, type Registry } from "prom-client";
import { oneOfValues } from "./tally.ts";

/** What is counted of a call to the provider. */
export type CallFacts = { operation: string; product: string | null; answer: string; durationMs: number };

export type CallMetrics = (route: string, call: CallFacts) => void;

type Known = { routes: readonly string[]; operations: readonly string[]; answers: readonly string[] };

/** Where a call has no product, as one that deletes. */
const NO_PRODUCT = "-";

const SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

/** Counts calls to the provider, by what they were and how they were answered: what the quota is used for. */
export function callMetrics(registry: Registry, { routes, operations, answers }: Known): CallMetrics {
  const [routeOf, operationOf, answerOf] = [oneOfValues(routes), oneOfValues(operations), oneOfValues(answers)];
  const productOf = oneOfValues([...PRODUCTS, NO_PRODUCT]);
  const calls = new Counter({
    name: "verdict_provider_calls_total",
    help: "Calls to the provider by what their answer means",
    labelNames: ["route", "product", "operation", "answer"],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: "verdict_provider_call_seconds",
    help: "How long the provider took to answer",
    labelNames: ["operation"],
    buckets: SECONDS,
    registers: [registry],
  });
  return (slug, call) => {
    const operation = operationOf(call.operation);
    const product = productOf(call.product ?? NO_PRODUCT);
    calls.inc({ route: routeOf(slug), product, operation, answer: answerOf(call.answer) });
    seconds.observe({ operation }, call.durationMs / 1_000);
  };
}
