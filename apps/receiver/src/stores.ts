import { type Db, openDatabase } from "@verdict/db";
import { isRedisUrl, openQueue, type Queue } from "@verdict/queue";
import type { Logger } from "@verdict/runtime";
import type { ReceiptSink } from "@verdict/services";
import type { ClaimTraces } from "./claim-traces.ts";
import { lookAtStart, queuePromise } from "./queue-promise.ts";
import type { ReceiverSettings } from "./settings.ts";
import { postgresSink, queueSink, tellWorker } from "./sinks.ts";

/** Both stores, unconnected until they are needed. */
export type Stores = {
  db: Db;
  queue: Queue;
  /** In the order of RECEIPT_SINKS. */
  sinks: readonly ReceiptSink[];
  /** Whether Postgres has answered and no connection has ended since. */
  isConnected(): boolean;
};

const POSTGRES_CONNECTIONS = 4;

/** So soon after Postgres has refused a connection the next callback may try again, in seconds. */
const RECONNECT_PAUSE_MAX = 0.1;

/**
 * Opens the stores. Only a Redis that is to take callbacks is asked something at once, namely what it promises; throws a
 * SettingsError when that is too little for production.
 */
export async function openStores(
  settings: ReceiverSettings,
  log: Logger,
  now: () => Date,
  tracesOf?: ClaimTraces["tracesOf"],
): Promise<Stores> {
  let connected = false;
  const setConnected = (stands: boolean) => () => {
    connected = stands;
  };
  const directUrl = settings.DATABASE_DIRECT_URL;
  const db = openDatabase(settings.DATABASE_URL, {
    max: POSTGRES_CONNECTIONS,
    directUrl,
    reconnectPauseMax: RECONNECT_PAUSE_MAX,
    renew: false,
    onClose: setConnected(false),
  });

  const url = settings.QUEUE_URL ?? directUrl ?? settings.DATABASE_URL;
  const queue = openQueue({ url, prefix: settings.QUEUE_PREFIX, log });
  const mayForget = settings.ALLOW_FORGETFUL_QUEUE || !settings.production;
  const promise = queuePromise({ queue, mayForget, log, clock: () => performance.now() });
  const redisTakesCallbacks = settings.RECEIPT_SINKS.includes("queue") && isRedisUrl(url);
  if (redisTakesCallbacks) await lookAtStart(promise, { mayForget, log });

  const byName = {
    postgres: postgresSink({
      db,
      tell: tellWorker(queue),
      onAnswer: setConnected(true),
      now,
      ...(tracesOf && { tracesOf }),
    }),
    queue: queueSink(queue, promise.check, tracesOf),
  };
  return { db, queue, sinks: settings.RECEIPT_SINKS.map((name) => byName[name]), isConnected: () => connected };
}
