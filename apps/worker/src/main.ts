import { randomUUIDv7 } from "node:crypto";
import { openDatabase } from "@verdict/db";
import { openDeliveryClient } from "@verdict/delivery";
import { DEFAULT_POLICY } from "@verdict/domain";
import { createProviderClient, observeCalls } from "@verdict/provider";
import {
  askProvider as askJob,
  BATCH_IDS_MAX,
  type GivenUpJob,
  type JobOutcome,
  openQueue,
  reconcileReceipts as reconcileJob,
} from "@verdict/queue";
import {
  createLogger,
  createMetrics,
  type Logger,
  openTracing,
  runApp,
  type ToldAlert,
  tellAlert,
} from "@verdict/runtime";
import {
  alertingOf,
  type CheckDueDeps,
  detailCipher,
  failureReason,
  giveUpBatch,
  giveUpJob,
  giveUpReceipt,
} from "@verdict/services";
import { startAsking } from "./asker.ts";
import { countedHandler } from "./counted-handler.ts";
import { handleReconcile } from "./handlers.ts";
import { serveProbes } from "./serve-probes.ts";
import { sessionTraces } from "./session-traces.ts";
import { readSettings } from "./settings.ts";
import { startAlerting } from "./start-alerting.ts";
import { startDelivering } from "./start-delivering.ts";
import { startTasks } from "./start-tasks.ts";
import { watchArrivals } from "./watch-arrivals.ts";
import { workerMetrics } from "./worker-metrics.ts";

const RECONCILE_AT_A_TIME = 4;
/**
 * By route and product, each with a connection to the provider. What is taken and settled in one statement is bounded by it,
 * and such a statement costs little more for many than for few.
 */
const CHECKS_AT_A_TIME = 256;

await runApp("worker", async ({ stopping, listening }) => {
  const settings = readSettings();
  const log = createLogger({ name: "worker", level: settings.LOG_LEVEL });
  const directUrl = settings.DATABASE_DIRECT_URL;
  const db = openDatabase(settings.DATABASE_URL, { max: 12, directUrl });
  const queue = openQueue({
    url: settings.QUEUE_URL ?? directUrl ?? settings.DATABASE_URL,
    prefix: settings.QUEUE_PREFIX,
    log,
  });
  const routes = settings.routes.map(({ qps, ...route }) => ({
    slug: route.slug,
    qps,
    client: createProviderClient({ ...route, connections: CHECKS_AT_A_TIME }),
  }));
  const metrics = createMetrics("worker");
  const slugs = routes.map(({ slug }) => slug);
  const counts = workerMetrics(metrics, { routes: slugs, jobs: [reconcileJob.name, askJob.name] });
  const now = () => new Date();
  const tracing = await openTracing(settings, { service: "worker" });
  const onLost = (error: unknown) => log.debug({ err: error }, "a trace was lost");
  const traces = tracing ? sessionTraces({ db, now, tracing, onLost }) : undefined;
  const onAlert = (alert: ToldAlert) => {
    counts.raised(alert);
    traces?.raised(alert);
    tellAlert(log)(alert);
  };

  const enqueueReceipts = (ids: readonly string[]) => queue.enqueue(reconcileJob, { receiptIds: [...ids] });
  const enqueueBatches = (ids: readonly string[]) => {
    const payloads = [];
    for (let start = 0; start < ids.length; start += BATCH_IDS_MAX) {
      payloads.push({ batchIds: ids.slice(start, start + BATCH_IDS_MAX) });
    }
    return queue.enqueueMany(reconcileJob, payloads);
  };
  const common = { db, now, newId: randomUUIDv7 };
  const policy = {
    ...DEFAULT_POLICY,
    silentOffsets: settings.CHECK_SCHEDULE_SECONDS,
    grace: settings.EXPIRY_GRACE_SECONDS,
  };
  const arrivals = watchArrivals({ ...common, policy });
  const alerting = alertingOf(settings.alerts.rules, settings.routes);
  const cipher = detailCipher(settings.DATA_ENCRYPTION_KEYS);
  const asker = startAsking(routes, {
    ...common,
    policy: arrivals.policyOf,
    random: Math.random,
    cipher,
    intervalMs: settings.SWEEP_INTERVAL_MS,
    atATime: CHECKS_AT_A_TIME,
    stopping,
    onAlert,
    alerting,
    onBreaker: tellBreaker(log),
    observe: (client, { route, product }) =>
      observeCalls(client, (call) => {
        counts.called(route, { ...call, product });
        traces?.called(route, call);
      }),
    onError: (verificationId, error) => {
      counts.checkBroke();
      log.error({ verificationId, err: error }, "a check broke; it is tried again");
    },
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
      if (!(await giveUpReceipt(common, receiptId, error))) return;
      counts.givenUp("receipt");
      log.error({ receiptId }, "a receipt was given up");
    },
    onDamaged: (batchId: string, error: unknown) => {
      counts.givenUp("batch");
      log.error({ batchId, reason: failureReason(error) }, "a batch became no receipts and was given up");
      return giveUpBatch(common, batchId, error);
    },
    onAlert,
    alerting,
    onStored: counts.stored,
    ...(traces && { trace: traces.reconciling }),
    askAtOnce: asker.askAtOnce,
  };

  const onGivenUp = (job: GivenUpJob) => {
    const { name, attempts, reason } = job;
    counts.givenUp("job");
    log.error({ job: name, attempts, reason: failureReason(reason) }, "a job was given up");
    return giveUpJob(common, job);
  };
  const reconcile = countedHandler(reconcileJob, (payload) => handleReconcile(reconcileDeps, payload), counts);
  queue.work(reconcileJob, reconcile, {
    concurrency: RECONCILE_AT_A_TIME,
    onGivenUp,
  });
  const ring = async ({ route }: { route: string }): Promise<JobOutcome> => {
    asker.ring(route);
    return { kind: "done" };
  };
  queue.work(askJob, countedHandler(askJob, ring, counts), { onGivenUp });
  const repeating = startTasks({
    ...{ ...common, settings, enqueueReceipts, enqueueBatches, look: arrivals.look },
    routes: routes.map(({ client, ...route }) => ({
      ...route,
      client: observeCalls(client, (call) => counts.called(route.slug, call)),
    })),
    ...{ counts, stopping, log },
  });
  const telling = startAlerting({ ...common, settings, cipher, counts, traces, stopping, log });
  const deliveryClient = openDeliveryClient({
    ...(settings.DELIVERY_ALLOWED_TARGETS && { allowed: settings.DELIVERY_ALLOWED_TARGETS }),
  });
  const delivering = startDelivering({
    ...{ ...common, random: Math.random, cipher, client: deliveryClient },
    ...{ intervalMs: settings.SWEEP_INTERVAL_MS, stopping, log, onAttempt: counts.delivered, traces },
  }).finally(() => deliveryClient.close());
  const probes = await serveProbes({ db, queue, metrics, settings, stopping });
  if (probes) listening(probes.port);
  log.info({ routes: slugs, ...(probes && { port: probes.port }) }, "working");

  const closeClients = () => Promise.all(routes.map(({ client }) => client.close()));
  return [
    ...(tracing ? [() => tracing.close()] : []),
    // It answers that it lives for as long as it finishes its work.
    ...(probes ? [() => probes.close()] : []),
    () => db.close(),
    closeClients,
    () => queue.close(5_000),
    () => Promise.all([repeating, telling.ended, delivering, asker.ended]),
  ];
});

function tellBreaker(log: Pick<Logger, "warn" | "info">): CheckDueDeps["onBreaker"] {
  return ({ route, product }, before, { state, code, blockedUntil }) =>
    state === "closed"
      ? log.info({ route, product, before: before.state }, "the provider answers again")
      : log.warn({ route, product, state, code, blockedUntil }, "calls to the provider are held back");
}
