import type { JobCounts } from "@verdict/queue";
import type { Registry } from "@verdict/runtime";
import { type KeepOptions, keepReading } from "./keep-reading.ts";
import { addReadGauges } from "./read-gauges.ts";

type Options = KeepOptions & {
  jobs: readonly string[];
  count: (job: string) => Promise<JobCounts>;
};

/** Adds how deep the queue is. While its store is away there are no samples. */
export function addQueueMetrics(registry: Registry, { jobs, count, ...limits }: Options): void {
  const read = () => Promise.all(jobs.map(async (job) => ({ job, counts: await count(job) })));
  addReadGauges<Awaited<ReturnType<typeof read>>>(
    registry,
    {
      verdict_queue_jobs: [
        "Jobs on the queue by their state",
        ["job", "state"],
        (read) =>
          read.flatMap(({ job, counts }) =>
            Object.entries(counts).map(([state, value]) => ({ labels: { job, state }, value })),
          ),
      ],
    },
    keepReading(read, limits),
  );
}
