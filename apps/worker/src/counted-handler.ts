import type { JobContract, JobHandler } from "@verdict/queue";
import type { WorkerMetrics } from "./worker-metrics.ts";

/** The same handler, counted by how its jobs end. */
export function countedHandler<Schema extends JobContract["payload"]>(
  { name }: JobContract<Schema>,
  handle: JobHandler<Schema>,
  counts: Pick<WorkerMetrics, "job">,
): JobHandler<Schema> {
  return async (payload, context) => {
    const begunAt = performance.now();
    try {
      const outcome = await handle(payload, context);
      counts.job(name, outcome.kind, performance.now() - begunAt);
      return outcome;
    } catch (error) {
      counts.job(name, "threw", performance.now() - begunAt);
      throw error;
    }
  };
}
