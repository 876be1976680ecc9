import { DelayedError, UnrecoverableError } from "bullmq";
import { z } from "zod";
import type { BullJob } from "./bull.ts";
import type { JobContract } from "./define-job.ts";

/** How a handler ends. `retry_in` costs no attempt; `give_up` ends the job at once. A throw costs one attempt. */
export type JobOutcome = { kind: "done" } | { kind: "retry_in"; ms: number } | { kind: "give_up"; reason: string };

export type JobContext = {
  /** 1 for the first try. Counts throws, not `retry_in` and not workers that died. */
  attempt: number;
  /** Aborted when the job was taken over by another worker, and when this one must close. */
  signal: AbortSignal;
};

export type JobHandler<Schema extends z.ZodType> = (
  payload: z.output<Schema>,
  context: JobContext,
) => Promise<JobOutcome>;

/** Runs one job and tells BullMQ how it ended, in BullMQ's language of thrown errors. */
export async function runHandler<Schema extends z.ZodType>(
  contract: JobContract<Schema>,
  handler: JobHandler<Schema>,
  job: BullJob,
  token: string | undefined,
  signal = new AbortController().signal,
): Promise<void> {
  const payload = contract.payload.safeParse(job.data);
  if (!payload.success) throw new UnrecoverableError(`payload refused: ${z.prettifyError(payload.error)}`);

  const outcome = await handler(payload.data, { attempt: job.attemptsMade + 1, signal });
  switch (outcome.kind) {
    case "done":
      return;
    case "retry_in":
      await job.moveToDelayed(Date.now() + Math.max(1, outcome.ms), token);
      throw new DelayedError();
    case "give_up":
      throw new UnrecoverableError(outcome.reason);
  }
}
