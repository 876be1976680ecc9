import { addRefusals, recordMalformedCallback } from "@verdict/db";
import {
  type CallbackRoute,
  contains,
  createLogger,
  createMetrics,
  openTracing,
  runApp,
  serve,
} from "@verdict/runtime";
import { acceptCallback, firstSinkThatTakes, groupCommit, refusalLedger, within } from "@verdict/services";
import type { ServedRoute } from "./callback-routes.ts";
import { claimTraces } from "./claim-traces.ts";
import { findOpaqueToken } from "./find-opaque-token.ts";
import { keepRefusals } from "./keep-refusals.ts";
import { createReceiver } from "./receiver.ts";
import { receiverMetrics } from "./receiver-metrics.ts";
import { readSettings } from "./settings.ts";
import { anySinkAnswers } from "./sinks.ts";
import { openStores } from "./stores.ts";
import { strangers } from "./strangers.ts";

/** The provider gives up on a callback after 3 s (provider notes, section 5.3); two stores must have had their try by then. */
const SINK_LIMIT_MS = 1_000;

/** The provider sends its GET in one go; whoever takes longer is holding a connection. */
const CONNECTION_LIMITS = { headersMs: 5_000, requestMs: 5_000, idleMs: 15_000, headerBytes: 16_384 };

/**
 * With little to do a callback seldom waits for another one's write; a third write at a time would cost more at 5,000 a second than
 * it saves. From 32 callbacks under way the next ones gather, which costs both stores less, and a Redis less memory.
 */
const WRITES = { inFlight: 2, itemsInFlight: 32 };

const REFUSALS_KEPT_EVERY_MS = 5_000;

await runApp("receiver", async ({ stopping, listening }) => {
  const settings = readSettings();
  const log = createLogger({ name: "receiver", level: settings.LOG_LEVEL });
  const now = () => new Date();
  const metrics = createMetrics("receiver");
  const slugs = settings.routes.map(({ slug }) => slug);
  const counts = receiverMetrics(metrics, slugs);
  const tracing = await openTracing(settings, { service: "receiver" });
  const traces = tracing ? claimTraces(tracing) : null;
  const { db, queue, sinks, isConnected } = await openStores(settings, log, now, traces?.tracesOf);

  const write = firstSinkThatTakes(sinks.map(counts.timed), {
    limitMs: SINK_LIMIT_MS,
    onAway: (sink, cause) => {
      counts.away(sink, true);
      log.error({ sink, err: cause }, "a store does not take callbacks");
    },
    onBack: (sink) => {
      counts.away(sink, false);
      log.info({ sink }, "a store takes callbacks again");
    },
  });
  const commit = groupCommit(traces?.writing(write) ?? write, WRITES);
  const accept = acceptCallback({
    commit: traces?.committing(commit) ?? commit,
    recordMalformed: (callback) => within(SINK_LIMIT_MS, recordMalformedCallback(db, callback)),
    findOpaqueToken: findOpaqueToken(db, SINK_LIMIT_MS),
  });
  const ledger = refusalLedger({ rowsPerHour: settings.REFUSAL_ROWS_PER_HOUR, now });
  const limits = { perSource: settings.REFUSAL_LIMIT_PER_SOURCE, perRoute: settings.REFUSAL_LIMIT_PER_ROUTE };
  const app = createReceiver({
    routes: new Map(settings.routes.map((route) => [route.slug, served(route)])),
    accept: traces?.accepting(accept) ?? accept,
    strangers: strangers(limits, ledger, () => performance.now()),
    trust: settings.trust,
    now,
    log,
    metrics,
    counts,
    metricsAccess: { production: settings.production, token: settings.METRICS_TOKEN },
    checks: { store: anySinkAnswers(sinks) },
    stopping,
  });
  const serving = await serve({
    app,
    port: settings.RECEIVER_PORT,
    variable: "RECEIVER_PORT",
    shared: settings.PROCESSES_EACH > 1,
    limits: CONNECTION_LIMITS,
    // A callback has no body: without a stream for it a forged one costs some 5 % less.
    serverOptions: { optimizeEmptyRequests: true },
    onUnreadable: (status) => log.debug({ status }, "what came was no request"),
  });

  const stopKeeping = new AbortController();
  const keeping = keepRefusals({
    ledger,
    add: (counts) => within(SINK_LIMIT_MS, addRefusals(db, counts)),
    isConnected,
    intervalMs: REFUSALS_KEPT_EVERY_MS,
    stopping: stopKeeping.signal,
  });
  const keepTheRest = () => {
    stopKeeping.abort();
    return keeping;
  };
  listening(serving.port);
  log.info({ port: serving.port, sinks: settings.RECEIPT_SINKS, routes: slugs }, "listening");
  const stopTracing = tracing ? [() => tracing.close()] : [];
  return [...stopTracing, () => db.close(), () => queue.close(), keepTheRest, () => serving.close()];
});

function served({ slug, callbackTokenKeys, opaqueTokens, pathSecret, allowedSources }: CallbackRoute): ServedRoute {
  const allows = allowedSources ? (address: string) => contains(allowedSources, address) : () => true;
  return { slug, tokenKeys: callbackTokenKeys, opaqueTokens, pathSecret, allows };
}
