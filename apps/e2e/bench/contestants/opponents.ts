import { Queue } from "bullmq";
import type { Lab } from "../lab.ts";
import { startChild } from "../machine/child.ts";
import type { Sync } from "../machine/stores.ts";
import { CALLBACK_QUEUE } from "./callback-job.ts";
import type { Contestant } from "./contestant.ts";

export const BARE = "bare Hono";
export const naiveOn = (sync: Sync): string => `naive, ${sync}`;

export async function startBare(lab: Lab): Promise<Contestant> {
  const { pid, port } = await startChild(lab.stage, new URL("./bare.ts", import.meta.url));
  return { name: BARE, port, pids: { server: pid }, expects: 200, count: null, clear: async () => {} };
}

/** BullMQ's own. */
export const USUAL_PREFIX = "bull";

/** None where there is no Redis. */
export async function startNaive(lab: Lab, sync: Sync, prefix = USUAL_PREFIX): Promise<Contestant[]> {
  const store = lab.stores.redis?.[sync];
  if (!store) return [];
  const { pid, port } = await startChild(lab.stage, new URL("./naive.ts", import.meta.url), {
    REDIS_URL: store.url,
    QUEUE_PREFIX: prefix,
    TOKEN_KID: lab.key.kid,
    TOKEN_SECRET: lab.key.secret,
  });
  const queue = new Queue(CALLBACK_QUEUE, { connection: store.client, prefix });
  lab.stage.onClose(() => queue.close());
  return [
    {
      name: naiveOn(sync),
      port,
      pids: { server: pid, redis: store.pid },
      expects: 200,
      count: () => queue.getWaitingCount(),
      clear: () => store.empty(),
    },
  ];
}
