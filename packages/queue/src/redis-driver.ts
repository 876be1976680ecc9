import { createRedisBackend } from "bullmq";
import type { Driver } from "./driver.ts";
import { redisPrefix } from "./namespace.ts";
import { isClusterUrl, openRedis, type RedisClient, redisOptionsOf } from "./redis-client.ts";
import { redisDurability } from "./redis-durability.ts";
import type { StoreWatch } from "./store-watch.ts";

const retryStrategy = (times: number) => Math.min(50 * 2 ** times, 500);

/** A worker's reads block up to 10 s in Redis; a socket that is silent for longer is dead. */
const WORKER_SOCKET_TIMEOUT_MS = 15_000;

/** Connections: 1 for the handle, 2 for each worker. The handle's is opened when it is first needed, and again then. */
export function redisDriver(url: string, prefix: string, timeoutMs: number, watch: StoreWatch): Driver {
  const client = openRedis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    keepAlive: 5_000,
    // Only work to be done opens a connection: a receiver that only strangers talk to leaves a dead store alone.
    retryStrategy: () => null,
    // The caller has a second place to put its work; a command that waits for a reconnect would arrive twice.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  });
  let closing = false;
  client.on("error", (error) => watch.away(error));
  client.on("close", () => {
    if (!closing) watch.away(new Error("connection closed"));
  });
  client.on("ready", watch.back);
  const ready = connectOnDemand(client);
  const waiting = {
    retryStrategy,
    keepAlive: 5_000,
    socketTimeout: WORKER_SOCKET_TIMEOUT_MS,
    maxRetriesPerRequest: null,
  };
  const clusters = new Set<RedisClient>();
  /** BullMQ makes a worker's connections by itself, but those of a cluster only from one it is given, and leaves that open. */
  const clusterConsumer: Driver["consumer"] = (name, options, kind) => {
    const cluster = openRedis(url, waiting).on("error", (error) => watch.away(error));
    clusters.add(cluster);
    const backend = createRedisBackend(name, { ...options, connection: cluster }, kind);
    const close = backend.close.bind(backend);
    // A worker that was closed must not go on renewing the locks of its jobs.
    backend.close = async (force) => {
      await close(force).finally(() => cluster.disconnect());
      clusters.delete(cluster);
    };
    return backend;
  };

  return {
    // BullMQ remembers for good a first connection that failed; without its checks there is nothing to remember.
    producer: (name, options, kind) =>
      createRedisBackend(
        name,
        { ...options, connection: client, skipVersionCheck: true, skipWaitingForReady: true },
        kind,
      ),
    consumer: isClusterUrl(url)
      ? clusterConsumer
      : (name, options, kind) =>
          createRedisBackend(name, { ...options, connection: redisOptionsOf(url, waiting) }, kind),
    prefix: redisPrefix(prefix),
    ready,
    async ping() {
      await ready();
      await client.ping();
    },
    async durability() {
      await ready();
      return redisDurability(client);
    },
    async close() {
      closing = true;
      client.disconnect();
      for (const cluster of clusters) cluster.disconnect();
    },
  };
}

/** So long after a failed attempt nobody tries again, however many ask. */
const PAUSE_MS = 100;

/** Resolves when the connection stands, opening it if need be. All who ask at the same time wait for the same attempt. */
function connectOnDemand(client: RedisClient): () => Promise<void> {
  let attempt: Promise<void> | undefined;
  let failure: { error: unknown; at: number } | undefined;

  const connect = async () => {
    try {
      await client.connect();
    } catch (error) {
      failure = { error, at: performance.now() };
      throw error;
    } finally {
      attempt = undefined;
    }
  };

  return async () => {
    if (client.status === "ready") return;
    if (failure && performance.now() - failure.at < PAUSE_MS) throw failure.error;
    attempt ??= connect();
    await attempt;
  };
}
