import type { Metric, Registry } from "prom-client";

/** What was counted under some labels: how many values fell into each bucket alone, the last of which has no upper bound. */
export type BucketCounts = { labels: Readonly<Record<string, string>>; counts: readonly number[]; sum: number };

type Options = {
  name: string;
  help: string;
  /** Upper bounds, from the smallest. */
  buckets: readonly number[];
  labelNames?: readonly string[];
};

/** A histogram whose numbers are kept elsewhere and read when somebody reads the registry. None: it has no samples. */
export function countedHistogram(
  registry: Registry,
  { name, help, buckets, labelNames = [] }: Options,
  read: () => readonly BucketCounts[] | Promise<readonly BucketCounts[]>,
): void {
  const bounds = [...buckets.map(String), "+Inf"];
  const samplesOf = ({ labels, counts, sum }: BucketCounts) => {
    let total = 0;
    const cumulative = bounds.map((le, index) => {
      total += counts[index] ?? 0;
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: total };
    });
    return [
      ...cumulative,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: total },
    ];
  };
  const metric = {
    ...{ name, help, labelNames, type: "histogram", aggregator: "sum" },
    get: async () => ({ ...metric, values: (await read()).flatMap(samplesOf) }),
    reset() {},
  };
  // The registry asks no more of a metric than this; the type names prom-client's classes.
  registry.registerMetric(metric as unknown as Metric);
}

/** A histogram for the hot path: to observe is an addition to two numbers, and nothing is allocated. */
export function spread(registry: Registry, options: Options): (value: number) => void {
  const { buckets } = options;
  const counts = new Array<number>(buckets.length + 1).fill(0);
  const held = { labels: {}, counts, sum: 0 };
  countedHistogram(registry, options, () => [held]);
  return (value) => {
    let index = 0;
    while (index < buckets.length && value > (buckets[index] ?? 0)) index += 1;
    counts[index] = (counts[index] ?? 0) + 1;
    held.sum += value;
  };
}
