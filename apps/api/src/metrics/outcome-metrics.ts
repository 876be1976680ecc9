import { type ConfirmedAfter, STEPS_BY_DECADE } from "@verdict/db";
import { PRODUCTS } from "@verdict/domain";
import { type BucketCounts, countedHistogram, type Registry } from "@verdict/runtime";
import { type KeepOptions, keepReading } from "./keep-reading.ts";

type Options = KeepOptions & {
  /** How many were confirmed after how long, of those created since a fixed moment before this process began. */
  read: () => Promise<readonly ConfirmedAfter[]>;
};

/** The steps of the statistics that are bounds here: 1 s, 2 s, 3.16 s, 5 s, 10 s and so on, up to 28 hours. */
const BOUND_STEPS = [0, 6, 10, 14, 20, 26, 30, 34, 40, 46, 50, 54, 60, 66, 70, 74, 80, 100];

const secondsAt = (step: number): number => Number((10 ** (step / STEPS_BY_DECADE)).toPrecision(3));

/** Adds the time from a session's creation to its confirmed result, counted since this process was first asked. */
export function addOutcomeMetrics(registry: Registry, { read, ...limits }: Options): void {
  let before: Map<string, number> | null = null;
  const latest = keepReading(async (): Promise<BucketCounts[]> => {
    const counts = new Map((await read()).map(({ product, step, count }) => [`${product} ${step}`, count]));
    before ??= counts;
    return PRODUCTS.map((product) => histogramOf(product, counts, before ?? counts));
  }, limits);
  countedHistogram(
    registry,
    {
      name: "verdict_time_to_outcome_seconds",
      help: "From a verification's creation to its confirmed result, counted since this process began",
      buckets: BOUND_STEPS.map(secondsAt),
      labelNames: ["product"],
    },
    async () => (await latest()) ?? [],
  );
}

/** A count that shrinks because a person was erased counts as nothing. */
function histogramOf(product: string, now: Map<string, number>, before: Map<string, number>): BucketCounts {
  const counts = new Array<number>(BOUND_STEPS.length + 1).fill(0);
  let sum = 0;
  for (const [key, count] of now) {
    const [of, step] = key.split(" ");
    if (of !== product) continue;
    const since = Math.max(0, count - (before.get(key) ?? 0));
    const bucket = BOUND_STEPS.findIndex((bound) => Number(step) <= bound);
    const index = bucket === -1 ? BOUND_STEPS.length : bucket;
    counts[index] = (counts[index] ?? 0) + since;
    sum += since * secondsAt(Number(step));
  }
  return { labels: { product }, counts, sum };
}
