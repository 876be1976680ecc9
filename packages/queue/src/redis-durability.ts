import { Cluster, type Redis } from "ioredis";
import { type Durability, judgeRedis, type RedisSettings } from "./durability.ts";
import type { RedisClient } from "./redis-client.ts";

const NAMES = ["appendonly", "appendfsync", "maxmemory", "maxmemory-policy"] as const;

/**
 * Asks a Redis what it promises. Hosted ones often forbid CONFIG; what INFO tells is used then. A cluster promises what the
 * most forgetful of its masters does.
 */
export async function redisDurability(client: RedisClient): Promise<Durability> {
  if (!(client instanceof Cluster)) return ask(client);
  const told = await Promise.all(client.nodes("master").map(ask));
  const [first] = told;
  if (!first) throw new Error("the cluster names no masters");
  return told.find(({ kind }) => kind !== "kept") ?? first;
}

const ask = async (client: Redis): Promise<Durability> =>
  judgeRedis(await fromConfig(client).catch(() => fromInfo(client)));

async function fromConfig(client: Redis): Promise<RedisSettings> {
  const flat = (await client.config("GET", ...NAMES)) as string[];
  const told = new Map(flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1]] as const] : [])));
  return settingsFrom((name) => told.get(name));
}

async function fromInfo(client: Redis): Promise<RedisSettings> {
  const info = `${await client.info("persistence")}\n${await client.info("memory")}`;
  const told = (field: string) => new RegExp(`^${field}:(.*?)\\r?$`, "m").exec(info)?.[1];
  const aof = told("aof_enabled");
  return {
    appendonly: aof === undefined ? undefined : aof === "1" ? "yes" : "no",
    appendfsync: undefined,
    maxmemory: told("maxmemory"),
    "maxmemory-policy": told("maxmemory_policy"),
  };
}

const settingsFrom = (told: (name: (typeof NAMES)[number]) => string | undefined): RedisSettings => ({
  appendonly: told("appendonly"),
  appendfsync: told("appendfsync"),
  maxmemory: told("maxmemory"),
  "maxmemory-policy": told("maxmemory-policy"),
});
