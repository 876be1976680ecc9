import { type Db, forgetTraces, forgetTries, makeEventPartitions } from "@verdict/db";
import type { Logger } from "@verdict/runtime";
import {
  type CarryOutDeps,
  carryOutErasures,
  countHours,
  enforceRetention,
  type SweepDeps,
  sweep,
} from "@verdict/services";
import { repeat } from "./repeat.ts";
import { sealAndTell } from "./seal-and-tell.ts";
import type { readSettings } from "./settings.ts";
import { tellErasure, tellRetention } from "./tell-retention.ts";
import type { Task, WorkerMetrics } from "./worker-metrics.ts";

export type TasksOptions = Pick<SweepDeps, "enqueueReceipts" | "enqueueBatches"> & {
  db: Db;
  now: () => Date;
  settings: Pick<ReturnType<typeof readSettings>, "RETENTION" | "REFUSALS_KEPT_DAYS" | "SWEEP_INTERVAL_MS">;
  routes: Parameters<typeof carryOutErasures>[1];
  /** Looks at which routes have fallen silent. */
  look: () => Promise<void>;
  counts: WorkerMetrics;
  stopping: AbortSignal;
  log: Logger;
};

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** How far statistics lag behind, at least. Counting an hour reads all of its verifications. */
const COUNT_MS = 10_000;
const HOUR_MS = 3_600_000;
/** A receipt that was not tried again for so long has been decided, and what belongs to its trace has been done. */
const TRIES_KEPT_MS = 24 * HOUR_MS;

/** What a worker does again and again beside its jobs. Any number of workers may. Resolves after `stopping`. */
export function startTasks({ settings, routes, look, counts, stopping, log, ...deps }: TasksOptions): Promise<unknown> {
  const { db, now } = deps;
  const start = (task: Task, everyMs: number, work: () => Promise<unknown>, tell: (error: unknown) => void) =>
    repeat(counts.task(task, work), everyMs, stopping, tell);

  const retention = { ...settings.RETENTION, refusals: settings.REFUSALS_KEPT_DAYS };
  const tellOfRetention = tellRetention(log);
  const retain = () =>
    enforceRetention(
      {
        ...{ db, now, ...tellOfRetention },
        onEnforced(enforced) {
          counts.forgot(enforced.class, enforced.deleted);
          tellOfRetention.onEnforced(enforced);
        },
      },
      retention,
    );
  const erasures: CarryOutDeps = { db, now, onError: tellErasure(log) };

  return Promise.all([
    start(
      "sweep",
      settings.SWEEP_INTERVAL_MS,
      async () => counts.swept(await sweep(deps)),
      (error) => log.error({ err: error }, "the sweep failed; it goes on"),
    ),
    start("watch_arrivals", MINUTE_MS, look, (error) =>
      log.warn({ err: error }, "callbacks that arrived could not be counted; tried again in a minute"),
    ),
    start("seal", SECOND_MS, sealAndTell({ db, now, log, onSealed: counts.sealed }), (error) =>
      log.error({ err: error }, "evidence could not be sealed; it waits and is tried again"),
    ),
    start(
      "count_statistics",
      COUNT_MS,
      () => countHours({ db }),
      (error) => log.error({ err: error }, "verifications could not be counted; what statistics say is out of date"),
    ),
    start("retention", HOUR_MS, retain, (error) =>
      log.error({ err: error }, "what is too old could not be deleted; tried again in an hour"),
    ),
    start(
      "erase",
      settings.SWEEP_INTERVAL_MS,
      () => carryOutErasures(erasures, routes),
      (error) => log.error({ err: error }, "erasures could not be carried out; it goes on"),
    ),
    start(
      "make_partitions",
      HOUR_MS,
      async () => {
        if ((await makeEventPartitions(db)) === null) throw new Error("Somebody reads events for long.");
      },
      (error) =>
        log.warn({ err: error }, "partitions for events of the next weeks could not be made; tried again in an hour"),
    ),
    start(
      "forget_tries",
      HOUR_MS,
      async () => {
        const before = new Date(now().getTime() - TRIES_KEPT_MS);
        await Promise.all([forgetTries(db, before), forgetTraces(db, before)]);
      },
      (error) =>
        log.warn({ err: error }, "old tries and traces of receipts could not be deleted; tried again in an hour"),
    ),
  ]);
}
