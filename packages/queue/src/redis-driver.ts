import { createRedisBackend } from "bullmq";
import { Redis } from "ioredis";
import type { Driver } from "./driver.ts";
import { redisPrefix } from "./namespace.ts";
import type { StoreWatch } from "./store-watch.ts";

const retryStrategy = (times: number) => Math.min(50 * 2 ** times, 500);

/** A worker's reads block up to 10 s in Redis; a socket that is silent for longer is dead. */
const WORKER_SOCKET_TIMEOUT_MS = 15_000;

/** Connections: 1 for the handle, 2 for each worker. */
export function redisDriver(url: string, prefix: string, timeoutMs: number, watch: StoreWatch): Driver {
  const client = new Redis(url, {
    connectTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    keepAlive: 5_000,
    retryStrategy,
    // The caller has a second place to put its work; a command that waits for a reconnect would arrive twice.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  });
  let closing = false;
  const ready = watchConnection(client, {
    ...watch,
    away(error) {
      if (!closing) watch.away(error);
    },
  });

  return {
    // BullMQ remembers for good a first connection that failed; without its checks there is nothing to remember.
    producer: (name, options, kind) =>
      createRedisBackend(
        name,
        { ...options, connection: client, skipVersionCheck: true, skipWaitingForReady: true },
        kind,
      ),
    consumer: (name, options, kind) =>
      createRedisBackend(
        name,
        {
          ...options,
          connection: {
            url,
            retryStrategy,
            keepAlive: 5_000,
            socketTimeout: WORKER_SOCKET_TIMEOUT_MS,
            maxRetriesPerRequest: null,
          },
        },
        kind,
      ),
    prefix: redisPrefix(prefix),
    ready,
    async ping() {
      await ready();
      await client.ping();
    },
    isUp: () => client.status === "ready",
    async close() {
      closing = true;
      client.disconnect();
    },
  };
}

/**
 * Waits for a connection attempt whose end is not known, so that the first enqueue after a start succeeds; after a failed
 * one it rejects at once until a connection stands.
 */
function watchConnection(client: Redis, watch: StoreWatch): () => Promise<void> {
  let connected = false;
  let attempt = newAttempt();
  client.on("ready", () => {
    connected = true;
    attempt.resolve();
    attempt = newAttempt();
    attempt.resolve();
    watch.back();
  });
  client.on("error", (error) => {
    watch.away(error);
    if (!connected) attempt.reject(error);
  });
  client.on("close", () => {
    const lost = new Error("connection closed");
    watch.away(lost);
    if (connected) attempt = newAttempt();
    else attempt.reject(lost);
    connected = false;
  });
  return () => attempt.promise;
}

function newAttempt() {
  const attempt = Promise.withResolvers<void>();
  attempt.promise.catch(() => undefined);
  return attempt;
}
