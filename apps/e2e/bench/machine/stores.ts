import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Db, migrate, openDatabase } from "@verdict/db";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@verdict/db/embedded";
import { createDatabase, startRedis } from "@verdict/testkit";
import { Redis } from "ioredis";
import type { Stage } from "./stage.ts";

export type Sync = "always" | "everysec";

export type RedisStore = {
  url: string;
  pid: number;
  client: Redis;
  /** Forgets everything, in memory and on disk. */
  empty(): Promise<void>;
  usedMemory(): Promise<number>;
};

export type NewDatabase = { url: string; db: Db };

export type Stores = {
  postgres: EmbeddedPostgres;
  /** Null where the machine has no redis-server. */
  redis: Readonly<Record<Sync, RedisStore>> | null;
  /** A new, migrated database. */
  newDatabase(stage: Stage, name: string): Promise<NewDatabase>;
  /** A new database with nothing in it. */
  newEmptyDatabase(stage: Stage, name: string): Promise<NewDatabase>;
};

/** Starts the stores as they run in production: every commit is synced, Postgres has more memory than by default and is run in. */
export async function openStores(stage: Stage): Promise<Stores> {
  const starting = startEmbeddedPostgres({
    dataDir: join(stage.folder, "postgres"),
    password: randomBytes(16).toString("hex"),
    settings: { fsync: "on", synchronous_commit: "on", shared_buffers: "1GB", min_wal_size: "1GB" },
  });
  stage.onClose(async () => (await starting.catch(() => null))?.stop());
  const postgres = await starting;
  await runIn(postgres);
  const always = await openRedis(stage, "always");
  const everysec = always && (await openRedis(stage, "everysec"));
  async function newDatabase(forStage: Stage, name: string, prepare: (url: string) => Promise<void>) {
    const url = await createDatabase(postgres.url, name);
    await prepare(url);
    const db = openDatabase(url, { max: 2 });
    forStage.onClose(() => db.close());
    return { url, db };
  }

  return {
    postgres,
    redis: always && everysec ? { always, everysec } : null,
    newDatabase: (forStage, name) => newDatabase(forStage, name, migrate),
    newEmptyDatabase: (forStage, name) => newDatabase(forStage, name, async () => {}),
  };
}

/** Half of min_wal_size. */
const SEGMENTS = 32;

/**
 * Has Postgres make what it reuses from then on: segments of its log, each of which is filled with zeros and synced while commits wait.
 * A server that has been up for a while makes none.
 */
async function runIn({ url }: EmbeddedPostgres): Promise<void> {
  const { sql, close } = openDatabase(url, { max: 1 });
  for (let segment = 0; segment < SEGMENTS; segment++) {
    await sql`select pg_logical_emit_message(true, 'bench', 'fills a segment')`;
    await sql`select pg_switch_wal()`;
  }
  await sql`checkpoint`;
  await close();
}

async function openRedis(stage: Stage, appendfsync: Sync): Promise<RedisStore | null> {
  const folder = join(stage.folder, `redis-${appendfsync}`);
  await mkdir(folder);
  stage.refuseWhenClosed();
  const starting = startRedis({ folder, appendfsync });
  stage.onClose(async () => (await starting)?.stop());
  const server = await starting;
  if (!server) return null;
  const client = new Redis(server.url);
  client.on("error", () => undefined);
  stage.onClose(() => client.disconnect());
  // A rewrite of the file that begins in the middle of a slice would be counted for whoever is loaded.
  await client.config("SET", "auto-aof-rewrite-percentage", "0");
  return {
    url: server.url,
    pid: server.pid,
    client,
    async empty() {
      await client.flushall();
      await client.bgrewriteaof().catch(() => undefined);
      while (await isRewriting(client)) await new Promise((later) => setTimeout(later, 10));
    },
    usedMemory: async () => Number(await info(client, "memory", "used_memory")),
  };
}

const isRewriting = async (client: Redis): Promise<boolean> =>
  (await info(client, "persistence", "aof_rewrite_in_progress")) === "1";

/** One line of Redis's own account of itself. */
export async function info(client: Redis, part: string, name: string): Promise<string> {
  const lines = await client.info(part);
  return new RegExp(`^${name}:(.*)$`, "m").exec(lines)?.[1]?.trim() ?? "";
}
