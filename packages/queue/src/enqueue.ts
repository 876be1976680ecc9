import { randomUUID } from "node:crypto";
import type { JobsOptions } from "bullmq";
import type { z } from "zod";
import type { BullQueue } from "./bull.ts";
import type { JobContract } from "./define-job.ts";
import { LANE_PRIORITY, type Lane } from "./lanes.ts";

export type EnqueueOptions = {
  /** Not before so many milliseconds. What is due later than soon belongs into Postgres instead. */
  delayMs?: number;
  /** Default `fresh`. A job that waits in a slower lane than its later twin asks for moves up. */
  lane?: Lane;
};

/** Puts one parsed payload into its queue. Resolves when the store has it. */
export async function add<Schema extends z.ZodType>(
  queue: BullQueue,
  job: JobContract<Schema>,
  payload: z.output<Schema>,
  options: EnqueueOptions,
): Promise<void> {
  const wanted = jobOptions(job, payload, options);
  const added = await queue.add(job.name, payload, wanted);
  // Another id than a twin's job asked for: the twin was waiting. The store has the work, so a failed move up is no failure.
  if (wanted.jobId && added.id && added.id !== wanted.jobId)
    await moveUp(queue, added.id, options.lane ?? "fresh").catch(() => undefined);
}

/** Puts several parsed payloads into their queue: at once in Postgres, in one pipeline in Redis. */
export async function addMany<Schema extends z.ZodType>(
  queue: BullQueue,
  job: JobContract<Schema>,
  payloads: z.output<Schema>[],
  options: EnqueueOptions,
): Promise<void> {
  await queue.addBulk(
    payloads.map((payload) => ({ name: job.name, data: payload, opts: jobOptions(job, payload, options) })),
  );
}

function jobOptions<Schema extends z.ZodType>(
  job: JobContract<Schema>,
  payload: z.output<Schema>,
  { delayMs, lane }: EnqueueOptions,
): JobsOptions {
  const key = job.dedupeKey?.(payload);
  return {
    attempts: job.attempts,
    // How long is for the worker to know, as is what becomes of an ended job: a store has to hold this for each one that waits.
    backoff: { type: "capped" },
    ...(delayMs ? { delay: delayMs } : {}),
    ...(lane ? { priority: LANE_PRIORITY[lane] } : {}),
    // Others get the store's own short ids, of which a waiting job has several copies in memory.
    ...(key === undefined ? {} : { jobId: randomUUID(), deduplication: { id: key, keepLastIfActive: true } }),
  };
}

async function moveUp(queue: BullQueue, jobId: string, lane: Lane): Promise<void> {
  const priority = LANE_PRIORITY[lane];
  const held = await queue.getJob(jobId);
  if (held && held.priority > priority) await held.changePriority({ priority });
}
