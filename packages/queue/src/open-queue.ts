import { Queue as BullMqQueue } from "bullmq";
import type { z } from "zod";
import { type BoardQueue, showOnBoard } from "./board.ts";
import type { BullQueue } from "./bull.ts";
import { endsWithin, orUnavailable, QueueUnavailableError } from "./deadline.ts";
import type { JobContract, NamedJob } from "./define-job.ts";
import { DRIVER_OWNED, type Driver } from "./driver.ts";
import type { Durability } from "./durability.ts";
import { add, addMany, type EnqueueOptions } from "./enqueue.ts";
import { DEFAULT_PREFIX } from "./namespace.ts";
import { postgresDriver } from "./postgres-driver.ts";
import { isRedisUrl } from "./redis-client.ts";
import { redisDriver } from "./redis-driver.ts";
import type { JobHandler } from "./run-handler.ts";
import { type QueueLog, type StoreWatch, watchStore } from "./store-watch.ts";
import { startWork, type Work, type WorkOptions } from "./work.ts";

export type QueueConfig = {
  /** `redis://`, `rediss://`, either with `+cluster` or `+sentinel`, `postgres://` or `postgresql://`. */
  url: string;
  /** Keeps stacks in one store apart. Default "verdict". */
  prefix?: string;
  /** After so long a call has failed. Default 1000. */
  timeoutMs?: number;
  log?: QueueLog;
};

/** Waiting counts every lane. Completed jobs are not kept. */
export type JobCounts = { waiting: number; active: number; delayed: number; failed: number };

/** Handle on the store. Calls reject with `QueueUnavailableError` within `timeoutMs` while the store is away, and work again after. */
export type Queue = {
  /** Resolves when the store has the job. Throws a `ZodError` for a payload that is none of this job's. */
  enqueue<S extends z.ZodType>(job: JobContract<S>, payload: z.input<S>, options?: EnqueueOptions): Promise<void>;
  /** The same for several at once, but no twin moves up. With Redis a rejected call may have put in some of them. */
  enqueueMany<S extends z.ZodType>(
    job: JobContract<S>,
    payloads: z.input<S>[],
    options?: EnqueueOptions,
  ): Promise<void>;
  /** Runs a handler for each job, until closed; waits for a store that is away. */
  work<S extends z.ZodType>(job: JobContract<S>, handler: JobHandler<S>, options?: WorkOptions): Work;
  counts(job: NamedJob): Promise<JobCounts>;
  /** A job's queue for bull-board: to look at, with payloads masked. */
  forBoard(job: NamedJob, description: string): BoardQueue;
  ping(): Promise<void>;
  /** What the store promises, as it stands at this moment, about a job it has taken. */
  durability(): Promise<Durability>;
  /** Removes every job of these kinds, running ones too. For tests and the demo. */
  obliterate(...jobs: NamedJob[]): Promise<void>;
  /** Closes workers first and waits for their handlers, at most so many milliseconds (default 10 s). */
  close(timeoutMs?: number): Promise<void>;
};

/** Opens a handle without waiting for the store. Throws only on a URL of no known kind. */
export function openQueue({ url, prefix = DEFAULT_PREFIX, timeoutMs = 1_000, log }: QueueConfig): Queue {
  const watch = watchStore(log);
  const driver = pickDriver(url, prefix, timeoutMs, watch);
  const queues = new Map<string, BullQueue>();
  const works = new Set<Work>();
  let closed = false;

  function queueOf({ name }: NamedJob): BullQueue {
    const open = queues.get(name);
    if (open) return open;
    const options = { connection: DRIVER_OWNED, prefix: driver.prefix, streams: { events: { maxLen: 1_000 } } };
    const queue: BullQueue = new BullMqQueue(name, options, driver.producer);
    queue.on("error", (error) => watch.away(error));
    queues.set(name, queue);
    return queue;
  }

  function ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    if (closed) return Promise.reject(new QueueUnavailableError("the queue is closed"));
    const answer = driver.ready().then(question);
    answer.then(watch.back, watch.away);
    return orUnavailable(answer, timeoutMs);
  }

  return {
    async enqueue(job, payload, options = {}) {
      const data = job.payload.parse(payload);
      await ask(() => add(queueOf(job), job, data, options));
    },
    async enqueueMany(job, payloads, options = {}) {
      const data = payloads.map((payload) => job.payload.parse(payload));
      if (data.length > 0) await ask(() => addMany(queueOf(job), job, data, options));
    },
    work(job, handler, options = {}) {
      if (closed) throw new QueueUnavailableError("the queue is closed");
      const work = startWork(driver, job, handler, options, watch, log);
      works.add(work);
      return work;
    },
    async counts(job) {
      const counts = await ask(() => queueOf(job).getJobCounts("wait", "prioritized", "active", "delayed", "failed"));
      const { wait = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = counts;
      return { waiting: wait + prioritized, active, delayed, failed };
    },
    forBoard: (job, description) => showOnBoard(queueOf(job), description),
    ping: () => ask(() => driver.ping()),
    durability: () => ask(() => driver.durability()),
    async obliterate(...jobs) {
      for (const job of jobs) await ask(() => queueOf(job).obliterate({ force: true }));
    },
    async close(patienceMs = 10_000) {
      await Promise.all([...works].map((work) => work.close(patienceMs)));
      closed = true; // not before: a handler's last act may be an enqueue
      await endsWithin(Promise.all([...queues.values()].map((queue) => queue.close())), timeoutMs);
      await endsWithin(driver.close(), timeoutMs);
    },
  };
}

function pickDriver(url: string, prefix: string, timeoutMs: number, watch: StoreWatch): Driver {
  if (isRedisUrl(url)) return redisDriver(url, prefix, timeoutMs, watch);
  if (/^postgres(ql)?:\/\//.test(url)) return postgresDriver(url, prefix, timeoutMs, watch);
  throw new Error(`no queue driver for a URL that begins with "${/^[a-z+]+(?=:\/\/)/.exec(url)?.[0] ?? ""}"`);
}
