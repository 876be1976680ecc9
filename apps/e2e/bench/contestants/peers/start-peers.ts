import { Queue } from "bullmq";
import type { Lab } from "../../lab.ts";
import { startChild } from "../../machine/child.ts";
import { CALLBACK_QUEUE } from "../callback-job.ts";
import type { Contestant } from "../contestant.ts";
import type { PeerStore } from "./open-store.ts";

type Framework = "hono" | "fastify" | "express";

const NAMES: Readonly<Record<Framework, string>> = { hono: "Hono", fastify: "Fastify", express: "Express" };

const startServer = (lab: Lab, framework: Framework, store: PeerStore, url: string) =>
  startChild(lab.stage, new URL(`./${framework}.ts`, import.meta.url), {
    STORE: store,
    STORE_URL: url,
    TOKEN_KID: lab.key.kid,
    TOKEN_SECRET: lab.key.secret,
  });

/** A framework with `queue.add()`, on the Redis that syncs once a second. None where there is no Redis. */
export async function startBullmqPeer(lab: Lab, framework: Framework): Promise<Contestant[]> {
  const redis = lab.stores.redis?.everysec;
  if (!redis) return [];
  const { pid, port } = await startServer(lab, framework, "bullmq", redis.url);
  const queue = new Queue(CALLBACK_QUEUE, { connection: redis.client });
  lab.stage.onClose(() => queue.close());
  return [
    {
      name: `${NAMES[framework]} + BullMQ`,
      port,
      pids: { server: pid, redis: redis.pid },
      expects: 200,
      count: () => queue.getWaitingCount(),
      clear: () => redis.empty(),
    },
  ];
}

/** Where each of them keeps its jobs. */
const JOBS = { "pg-boss": "pgboss.job", "graphile-worker": "graphile_worker._private_jobs" } as const;

/** Hono with a queue in Postgres, which syncs every commit, in a database of its own. */
export async function startPostgresPeer(lab: Lab, store: keyof typeof JOBS): Promise<Contestant> {
  const { url, db } = await lab.stores.newEmptyDatabase(lab.stage, `peer_${store.replaceAll("-", "_")}`);
  const { pid, port } = await startServer(lab, "hono", store, url);
  const table = JOBS[store];
  return {
    name: `Hono + ${store}`,
    port,
    pids: { server: pid, postgres: lab.stores.postgres.pid },
    expects: 200,
    async count() {
      const [row] = await db.sql<{ count: number }[]>`select count(*)::int as count from ${db.sql(table)}`;
      return row?.count ?? 0;
    },
    async clear() {
      await db.sql`truncate ${db.sql(table)}`;
    },
  };
}
