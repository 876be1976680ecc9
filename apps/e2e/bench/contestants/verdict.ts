import type { Db } from "@verdict/db";
import { askProvider, migrateQueue, openQueue, reconcileReceipts } from "@verdict/queue";
import type { Lab } from "../lab.ts";
import { startChild } from "../machine/child.ts";
import type { Contestant } from "./contestant.ts";
import { countCommitted } from "./count-committed.ts";
import { countQueuedClaims } from "./count-queued-claims.ts";

const RECEIVER = new URL("../../../receiver/src/main.ts", import.meta.url);

export type Sinks = "postgres,queue" | "queue,postgres";

export const verdictWith = (sinks: Sinks): string => `verdict \`${sinks}\``;

export type Verdict = Contestant & {
  db: Db;
  emptyQueue(): Promise<void>;
  /** What a worker needs to work for this receiver. */
  environment: Record<string, string>;
};

/**
 * The real receiver with a database of its own. Its queue is on the Redis that syncs every write, or in the database
 * where there is no Redis.
 */
export async function startVerdict(lab: Lab, sinks: Sinks, database: string): Promise<Verdict> {
  const { url, db } = await lab.stores.newDatabase(lab.stage, database);
  const redis = lab.stores.redis?.always ?? null;
  const prefix = database.replaceAll("_", "-");
  await migrateQueue(redis?.url ?? url, prefix);
  const environment = {
    DATABASE_URL: url,
    QUEUE_URL: redis?.url ?? url,
    QUEUE_PREFIX: prefix,
    CALLBACK_TOKEN_KEYS: `${lab.key.kid}:${lab.key.secret}`,
    LOG_LEVEL: "warn",
  };
  const { pid, port } = await startChild(lab.stage, RECEIVER, {
    ...environment,
    RECEIPT_SINKS: sinks,
    RECEIVER_PORT: "0",
    // Load comes from one address, and how fast a refusal is would be hidden behind how soon it is cut short.
    REFUSAL_LIMIT_PER_SOURCE: "0",
    REFUSAL_LIMIT_PER_ROUTE: "0",
  });
  const emptyQueue = () => redis?.empty() ?? obliterate(url, prefix);
  const queued = sinks === "queue,postgres";
  return {
    name: verdictWith(sinks),
    port,
    pids: {
      server: pid,
      ...(redis && { redis: redis.pid }),
      ...(!(queued && redis) && { postgres: lab.stores.postgres.pid }),
    },
    expects: 200,
    count: queued ? () => countQueuedClaims(redis?.url ?? url, prefix) : () => countCommitted(db),
    async clear() {
      await db.sql.begin(async (sql) => {
        await sql`set local verdict.erasing = 'on'`;
        await sql`truncate receipt_batches, receipts, receipt_inbox, receipt_copies, unsealed`;
      });
      await emptyQueue();
    },
    db,
    emptyQueue,
    environment,
  };
}

async function obliterate(url: string, prefix: string): Promise<void> {
  const queue = openQueue({ url, prefix, timeoutMs: 10_000 });
  await queue.obliterate(reconcileReceipts, askProvider).finally(() => queue.close());
}
