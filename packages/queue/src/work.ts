import { Worker } from "bullmq";
import type { z } from "zod";
import { backoff } from "./backoff.ts";
import type { BullJob, BullWorker } from "./bull.ts";
import { closeWorker } from "./close-worker.ts";
import type { JobContract } from "./define-job.ts";
import { DRIVER_OWNED, type Driver } from "./driver.ts";
import { type JobHandler, runHandler } from "./run-handler.ts";
import { type QueueLog, reason, type StoreWatch } from "./store-watch.ts";

/** Given-up work is recorded in Postgres; the copies in the queue are for looking at, and bounded. */
const FAILED_KEPT = { count: 10_000, age: 14 * 24 * 3_600 };

export type WorkOptions = {
  /** Handlers at a time in this worker. Default 1. */
  concurrency?: number;
  /** A worker that has not renewed its job's lock for so long counts as dead. Default 10 s. */
  lockDurationMs?: number;
  /** How often dead workers are looked for. Default 5 s: their jobs run again at most `lockDurationMs` plus twice this later. */
  stalledIntervalMs?: number;
  /** A job that took so many workers down with it is failed. Default 10. */
  maxStalledCount?: number;
  /** Called when a job ended without `done` for good. Best effort: a process that dies does not call it. */
  onGivenUp?: (job: GivenUpJob) => void | Promise<void>;
};

/** `payload` is as it was stored: it may be what could not be parsed. */
export type GivenUpJob = { name: string; payload: unknown; reason: string; attempts: number };

export type Work = {
  /** Takes no more jobs and waits for running handlers, at most so many milliseconds (default 10 s). */
  close(timeoutMs?: number): Promise<void>;
};

/** Starts taking jobs, now or as soon as the store is there. */
export function startWork<Schema extends z.ZodType>(
  driver: Driver,
  contract: JobContract<Schema>,
  handler: JobHandler<Schema>,
  options: WorkOptions,
  watch: StoreWatch,
  log: QueueLog | undefined,
): Work {
  const running = new Set<Promise<void>>();
  // BullMQ makes a signal only for a processor that names three parameters.
  const process = (job: BullJob, token?: string, signal?: AbortSignal) => {
    const run = runHandler(contract, handler, job, token, signal).finally(() => running.delete(run));
    running.add(run);
    return run;
  };
  const worker: BullWorker = new Worker(
    contract.name,
    process,
    {
      connection: DRIVER_OWNED,
      prefix: driver.prefix,
      concurrency: options.concurrency ?? 1,
      lockDuration: options.lockDurationMs ?? 10_000,
      stalledInterval: options.stalledIntervalMs ?? 5_000,
      maxStalledCount: options.maxStalledCount ?? 10,
      runRetryDelay: 1_000,
      removeOnComplete: { count: 0 },
      removeOnFail: FAILED_KEPT,
      settings: { backoffStrategy: (attemptsMade) => backoff(contract.backoffMs, attemptsMade, Math.random()) },
    },
    driver.consumer,
  );
  worker.on("error", (error) => {
    if (!watch.isAway() && !worker.closing) log?.warn({ job: contract.name, ...reason(error) }, "queue worker error");
  });
  worker.on("lockRenewalFailed", (ids) => {
    for (const id of ids) worker.cancelJob(id, "the lock was lost");
  });
  worker.on("failed", (job, error) => {
    if (!job?.finishedOn) return;
    void tell({ name: contract.name, payload: job.data, reason: error.message, attempts: job.attemptsMade });
  });

  async function tell(givenUp: GivenUpJob): Promise<void> {
    try {
      await options.onGivenUp?.(givenUp);
    } catch (error) {
      log?.warn({ job: contract.name, ...reason(error) }, "given-up work was not recorded");
    }
  }

  let closing: Promise<void> | undefined;
  return {
    close(timeoutMs = 10_000) {
      closing ??= closeWorker(worker, running, driver, timeoutMs);
      return closing;
    },
  };
}
