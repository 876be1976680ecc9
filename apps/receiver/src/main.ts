import { openDatabase, pingDatabase, recordMalformedCallback } from "@verdict/db";
import { openQueue } from "@verdict/queue";
import { createLogger, createMetrics, runApp, serve } from "@verdict/runtime";
import { acceptCallback, firstSinkThatTakes, groupCommit, within } from "@verdict/services";
import { createReceiver } from "./receiver.ts";
import { readSettings } from "./settings.ts";
import { postgresSink, queueSink } from "./sinks.ts";

/** The provider gives up on a callback after 3 s (provider notes, section 5.3); two stores must have had their try by then. */
const SINK_LIMIT_MS = 1_000;

await runApp("receiver", async ({ stopping, listening }) => {
  const settings = readSettings();
  const log = createLogger({ name: "receiver", level: settings.LOG_LEVEL });
  const now = () => new Date();
  const db = openDatabase(settings.DATABASE_URL, { max: 4 });
  const queue = openQueue({ url: settings.QUEUE_URL ?? settings.DATABASE_URL, prefix: settings.QUEUE_PREFIX, log });

  const sinks = { postgres: postgresSink(db, queue, now), queue: queueSink(queue) };
  const write = firstSinkThatTakes(
    settings.RECEIPT_SINKS.map((name) => sinks[name]),
    SINK_LIMIT_MS,
  );
  const keys = new Map(settings.routes.map((route) => [route.slug, route.callbackTokenKeys]));
  const accept = acceptCallback({
    tokenKeys: (route) => keys.get(route) ?? null,
    commit: groupCommit(write),
    recordMalformed: (callback) => within(SINK_LIMIT_MS, recordMalformedCallback(db, callback)),
  });

  const app = createReceiver({
    accept,
    now,
    log,
    metrics: createMetrics("receiver"),
    metricsAccess: { production: settings.production, token: settings.METRICS_TOKEN },
    checks: { store: () => Promise.any([pingDatabase(db), queue.ping()]) },
    stopping,
  });
  const serving = await serve({ app, port: settings.RECEIVER_PORT, variable: "RECEIVER_PORT" });
  listening(serving.port);
  log.info({ port: serving.port, sinks: settings.RECEIPT_SINKS, routes: [...keys.keys()] }, "listening");
  return [() => db.close(), () => queue.close(), () => serving.close()];
});
