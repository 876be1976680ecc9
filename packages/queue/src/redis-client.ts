import { Cluster, Redis } from "ioredis";

/** A Redis by itself, a Redis Cluster, or one that sentinels know where to find. */
export type RedisClient = Redis | Cluster;

/** Every node a URL names: its own, and those in `nodes`, like `redis+cluster://a:7000?nodes=b:7001,c:7002`. */
export function nodesOf(url: URL, defaultPort: number): { host: string; port: number }[] {
  const more = url.searchParams.get("nodes")?.split(",") ?? [];
  return [url.host, ...more].filter(Boolean).map((node) => {
    const [, host = "", port] = /^(.*?)(?::(\d+))?$/.exec(node) ?? [];
    return { host: host.replace(/^\[(.*)\]$/, "$1"), port: port ? Number(port) : defaultPort };
  });
}

const CLUSTER = /^redis(s?)\+cluster:$/;
const SENTINEL = /^redis(s?)\+sentinel:$/;

/** Whether a URL is that of a Redis of any kind. */
export const isRedisUrl = (url: string): boolean => /^rediss?(\+cluster|\+sentinel)?:\/\//.test(url);

export const isClusterUrl = (url: string): boolean => CLUSTER.test(URL.parse(url)?.protocol ?? "");

export type RedisClientOptions = {
  /** Milliseconds until the next attempt at a connection; null: there is none. */
  retryStrategy: (times: number) => number | null;
  keepAlive: number;
  socketTimeout: number;
  maxRetriesPerRequest: number | null;
  connectTimeout?: number;
  lazyConnect?: boolean;
  enableOfflineQueue?: boolean;
  autoResendUnfulfilledCommands?: boolean;
};

/** Opens what the URL names. `redis+sentinel://host:26379/name` finds the master of that name. */
export function openRedis(url: string, options: RedisClientOptions): RedisClient {
  const { protocol } = new URL(url);
  if (CLUSTER.test(protocol)) return new Cluster(nodesOf(new URL(url), 6_379), clusterOptions(url, options));
  if (SENTINEL.test(protocol)) return new Redis({ ...options, ...sentinelOptions(url) });
  return new Redis(url, options);
}

/** The options by which BullMQ makes connections of its own; a cluster it cannot make by itself. */
export const redisOptionsOf = (url: string, options: RedisClientOptions) =>
  SENTINEL.test(new URL(url).protocol) ? { ...options, ...sentinelOptions(url) } : { ...options, url };

const LOOK_MS = 2_000;

function clusterOptions(url: string, { retryStrategy, ...options }: RedisClientOptions) {
  const { lazyConnect, enableOfflineQueue, ...redisOptions } = options;
  return {
    clusterRetryStrategy: retryStrategy,
    slotsRefreshTimeout: LOOK_MS,
    ...(lazyConnect !== undefined && { lazyConnect }),
    ...(enableOfflineQueue !== undefined && { enableOfflineQueue }),
    redisOptions: { ...redisOptions, ...loginOf(new URL(url)) },
  };
}

function sentinelOptions(url: string) {
  const place = new URL(url);
  return { sentinels: nodesOf(place, 26_379), name: decodeURIComponent(place.pathname.slice(1)), ...loginOf(place) };
}

const loginOf = ({ username, password, protocol }: URL) => ({
  ...(username && { username: decodeURIComponent(username) }),
  ...(password && { password: decodeURIComponent(password) }),
  ...(protocol.startsWith("rediss") && { tls: {} }),
});
