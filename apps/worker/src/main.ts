import { randomUUIDv7 } from "node:crypto";
import { openDatabase } from "@verdict/db";
import { DEFAULT_POLICY } from "@verdict/domain";
import { createProviderClient } from "@verdict/provider";
import {
  BATCH_IDS_MAX,
  checkVerification as checkJob,
  type Lane,
  openQueue,
  reconcileReceipts as reconcileJob,
} from "@verdict/queue";
import { createLogger, runApp, tellAlert } from "@verdict/runtime";
import { forgetOldRefusals, sweep } from "@verdict/services";
import { handleCheck, handleReconcile } from "./handlers.ts";
import { repeat } from "./repeat.ts";
import { readSettings } from "./settings.ts";

const RECONCILE_AT_A_TIME = 4;
const CHECKS_AT_A_TIME = 32;
const HOUR_MS = 3_600_000;

await runApp("worker", async ({ stopping }) => {
  const settings = readSettings();
  const log = createLogger({ name: "worker", level: settings.LOG_LEVEL });
  const db = openDatabase(settings.DATABASE_URL, { max: 12 });
  const queue = openQueue({ url: settings.QUEUE_URL ?? settings.DATABASE_URL, prefix: settings.QUEUE_PREFIX, log });
  const clients = new Map(settings.routes.map((route) => [route.slug, createProviderClient(route)]));

  const enqueueChecks = (lane: Lane) => (ids: readonly string[]) =>
    queue.enqueueMany(
      checkJob,
      ids.map((verificationId) => ({ verificationId })),
      { lane },
    );
  const enqueueReceipts = (ids: readonly string[]) => queue.enqueue(reconcileJob, { receiptIds: [...ids] });
  const enqueueBatches = (ids: readonly string[]) => {
    const payloads = [];
    for (let start = 0; start < ids.length; start += BATCH_IDS_MAX) {
      payloads.push({ batchIds: ids.slice(start, start + BATCH_IDS_MAX) });
    }
    return queue.enqueueMany(reconcileJob, payloads);
  };
  const common = { db, now: () => new Date(), newId: randomUUIDv7 };
  const checkDeps = {
    ...common,
    provider: (route: string) => clients.get(route) ?? null,
    policy: {
      ...DEFAULT_POLICY,
      silentOffsets: settings.CHECK_SCHEDULE_SECONDS,
      grace: settings.EXPIRY_GRACE_SECONDS,
    },
    random: Math.random,
    onAlert: tellAlert(log),
  };
  const reconcileDeps = {
    ...common,
    enqueueChecks: enqueueChecks("fresh"),
    onPoison: (receiptId: string, error: unknown) => log.error({ receiptId, err: error }, "a receipt was not decided"),
    onDamaged: (batchId: string, error: unknown) => log.error({ batchId, err: error }, "a batch became no receipts"),
    onAlert: tellAlert(log),
  };

  queue.work(reconcileJob, (payload) => handleReconcile(reconcileDeps, payload), { concurrency: RECONCILE_AT_A_TIME });
  queue.work(checkJob, (payload) => handleCheck(checkDeps, payload, log), { concurrency: CHECKS_AT_A_TIME });
  const sweeping = repeat(
    () => sweep({ ...common, enqueueReceipts, enqueueBatches, enqueueChecks: enqueueChecks("poll") }),
    settings.SWEEP_INTERVAL_MS,
    stopping,
    (error) => log.error({ err: error }, "the sweep failed; it goes on"),
  );
  const forgetting = repeat(
    () => forgetOldRefusals(common, settings.REFUSALS_KEPT_DAYS),
    HOUR_MS,
    stopping,
    (error) => log.warn({ err: error }, "old counts of refused requests could not be deleted; tried again in an hour"),
  );
  log.info({ routes: [...clients.keys()] }, "working");

  const closeClients = () => Promise.all([...clients.values()].map((client) => client.close()));
  return [() => db.close(), closeClients, () => queue.close(5_000), () => Promise.all([sweeping, forgetting])];
});
