import { randomUUIDv7 } from "node:crypto";
import { forgetTries, openDatabase } from "@verdict/db";
import { openDeliveryClient } from "@verdict/delivery";
import { DEFAULT_POLICY } from "@verdict/domain";
import { createProviderClient } from "@verdict/provider";
import {
  askProvider as askJob,
  BATCH_IDS_MAX,
  type GivenUpJob,
  type JobOutcome,
  openQueue,
  reconcileReceipts as reconcileJob,
} from "@verdict/queue";
import { createLogger, type Logger, runApp, tellAlert } from "@verdict/runtime";
import {
  type CheckDueDeps,
  carryOutErasures,
  countHours,
  detailCipher,
  enforceRetention,
  failureReason,
  giveUpBatch,
  giveUpJob,
  giveUpReceipt,
  sweep,
} from "@verdict/services";
import { startAsking } from "./asker.ts";
import { handleReconcile } from "./handlers.ts";
import { repeat } from "./repeat.ts";
import { sealAndTell } from "./seal-and-tell.ts";
import { readSettings } from "./settings.ts";
import { alertingOf, startAlerting } from "./start-alerting.ts";
import { startDelivering } from "./start-delivering.ts";
import { tellErasure, tellRetention } from "./tell-retention.ts";
import { watchArrivals } from "./watch-arrivals.ts";

const RECONCILE_AT_A_TIME = 4;
/**
 * By route and product, each with a connection to the provider. What is taken and settled in one statement is bounded by it,
 * and such a statement costs little more for many than for few.
 */
const CHECKS_AT_A_TIME = 256;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** How far statistics lag behind, at least. Counting an hour reads all of its verifications. */
const COUNT_MS = 10_000;
const HOUR_MS = 3_600_000;
/** A receipt that was not tried again for so long has been decided. */
const TRIES_KEPT_MS = 24 * HOUR_MS;

await runApp("worker", async ({ stopping }) => {
  const settings = readSettings();
  const log = createLogger({ name: "worker", level: settings.LOG_LEVEL });
  const db = openDatabase(settings.DATABASE_URL, { max: 12 });
  const queue = openQueue({ url: settings.QUEUE_URL ?? settings.DATABASE_URL, prefix: settings.QUEUE_PREFIX, log });
  const routes = settings.routes.map(({ qps, ...route }) => ({
    slug: route.slug,
    qps,
    client: createProviderClient({ ...route, connections: CHECKS_AT_A_TIME }),
  }));

  const enqueueReceipts = (ids: readonly string[]) => queue.enqueue(reconcileJob, { receiptIds: [...ids] });
  const enqueueBatches = (ids: readonly string[]) => {
    const payloads = [];
    for (let start = 0; start < ids.length; start += BATCH_IDS_MAX) {
      payloads.push({ batchIds: ids.slice(start, start + BATCH_IDS_MAX) });
    }
    return queue.enqueueMany(reconcileJob, payloads);
  };
  const common = { db, now: () => new Date(), newId: randomUUIDv7 };
  const policy = {
    ...DEFAULT_POLICY,
    silentOffsets: settings.CHECK_SCHEDULE_SECONDS,
    grace: settings.EXPIRY_GRACE_SECONDS,
  };
  const arrivals = watchArrivals({ ...common, policy });
  const alerting = alertingOf(settings);
  const cipher = detailCipher(settings.DATA_ENCRYPTION_KEYS);
  const asker = startAsking(routes, {
    ...common,
    policy: arrivals.policyOf,
    random: Math.random,
    cipher,
    intervalMs: settings.SWEEP_INTERVAL_MS,
    atATime: CHECKS_AT_A_TIME,
    stopping,
    onAlert: tellAlert(log),
    alerting,
    onBreaker: tellBreaker(log),
    onError: (verificationId, error) => log.error({ verificationId, err: error }, "a check broke; it is tried again"),
    onTrouble: (error) => log.error({ err: error }, "asking the provider failed; it goes on"),
  });
  const reconcileDeps = {
    ...common,
    ring: (routes: readonly string[]) =>
      queue.enqueueMany(
        askJob,
        routes.map((route) => ({ route })),
      ),
    onPoison: async (receiptId: string, error: unknown) => {
      log.error({ receiptId, reason: failureReason(error) }, "a receipt was not decided");
      if (await giveUpReceipt(common, receiptId, error)) log.error({ receiptId }, "a receipt was given up");
    },
    onDamaged: (batchId: string, error: unknown) => {
      log.error({ batchId, reason: failureReason(error) }, "a batch became no receipts and was given up");
      return giveUpBatch(common, batchId, error);
    },
    onAlert: tellAlert(log),
    alerting,
    askAtOnce: asker.askAtOnce,
  };

  const onGivenUp = (job: GivenUpJob) => {
    const { name, attempts, reason } = job;
    log.error({ job: name, attempts, reason: failureReason(reason) }, "a job was given up");
    return giveUpJob(common, job);
  };
  queue.work(reconcileJob, (payload) => handleReconcile(reconcileDeps, payload), {
    concurrency: RECONCILE_AT_A_TIME,
    onGivenUp,
  });
  const ring = async ({ route }: { route: string }): Promise<JobOutcome> => {
    asker.ring(route);
    return { kind: "done" };
  };
  queue.work(askJob, ring, { onGivenUp });
  const sweeping = repeat(
    () => sweep({ ...common, enqueueReceipts, enqueueBatches }),
    settings.SWEEP_INTERVAL_MS,
    stopping,
    (error) => log.error({ err: error }, "the sweep failed; it goes on"),
  );
  const watching = repeat(arrivals.look, MINUTE_MS, stopping, (error) =>
    log.warn({ err: error }, "callbacks that arrived could not be counted; tried again in a minute"),
  );
  const sealing = repeat(sealAndTell({ ...common, log }), SECOND_MS, stopping, (error) =>
    log.error({ err: error }, "evidence could not be sealed; it waits and is tried again"),
  );
  const counting = repeat(
    () => countHours(common),
    COUNT_MS,
    stopping,
    (error) => log.error({ err: error }, "verifications could not be counted; what statistics say is out of date"),
  );
  const retention = { ...settings.RETENTION, refusals: settings.REFUSALS_KEPT_DAYS };
  const retaining = repeat(
    () => enforceRetention({ ...common, ...tellRetention(log) }, retention),
    HOUR_MS,
    stopping,
    (error) => log.error({ err: error }, "what is too old could not be deleted; tried again in an hour"),
  );
  const erasing = repeat(
    () => carryOutErasures({ ...common, onError: tellErasure(log) }, routes),
    settings.SWEEP_INTERVAL_MS,
    stopping,
    (error) => log.error({ err: error }, "erasures could not be carried out; it goes on"),
  );
  const forgettingTries = repeat(
    () => forgetTries(db, new Date(Date.now() - TRIES_KEPT_MS)),
    HOUR_MS,
    stopping,
    (error) => log.warn({ err: error }, "old tries of receipts could not be deleted; tried again in an hour"),
  );
  const telling = startAlerting({ ...common, settings, cipher, stopping, log });
  const deliveryClient = openDeliveryClient({
    ...(settings.DELIVERY_ALLOWED_TARGETS && { allowed: settings.DELIVERY_ALLOWED_TARGETS }),
  });
  const delivering = startDelivering({
    ...{ ...common, random: Math.random, cipher, client: deliveryClient },
    ...{ intervalMs: settings.SWEEP_INTERVAL_MS, stopping, log },
  }).finally(() => deliveryClient.close());
  log.info({ routes: routes.map(({ slug }) => slug) }, "working");

  const closeClients = () => Promise.all(routes.map(({ client }) => client.close()));
  return [
    () => db.close(),
    closeClients,
    () => queue.close(5_000),
    () =>
      Promise.all([
        sweeping,
        sealing,
        watching,
        counting,
        retaining,
        erasing,
        forgettingTries,
        telling.ended,
        delivering,
        asker.ended,
      ]),
  ];
});

function tellBreaker(log: Pick<Logger, "warn" | "info">): CheckDueDeps["onBreaker"] {
  return ({ route, product }, before, { state, code, blockedUntil }) =>
    state === "closed"
      ? log.info({ route, product, before: before.state }, "the provider answers again")
      : log.warn({ route, product, state, code, blockedUntil }, "calls to the provider are held back");
}
