import { Queue } from "bullmq";
import { makeWorkerUtils } from "graphile-worker";
import { Redis } from "ioredis";
import PgBoss from "pg-boss";
import { z } from "zod";
import { CALLBACK_QUEUE, jobOptionsFor } from "../callback-job.ts";
import type { PeerCallback } from "./check-callback.ts";

/** Where a peer puts a job for each callback, as its own manual has it. */
export type PeerStore = "bullmq" | "pg-boss" | "graphile-worker";

const Env = z.object({ STORE: z.enum(["bullmq", "pg-boss", "graphile-worker"]), STORE_URL: z.string() });

/** As many as the verdict receiver's rivals have by default. */
const CONNECTIONS = 10;

/** Opens the store that the environment names. Resolves when it takes jobs. */
export async function openStore(): Promise<(callback: PeerCallback) => Promise<unknown>> {
  const { STORE: store, STORE_URL: url } = Env.parse(process.env);
  switch (store) {
    case "bullmq": {
      const queue = new Queue(CALLBACK_QUEUE, { connection: new Redis(url, { maxRetriesPerRequest: null }) });
      await queue.waitUntilReady();
      return (callback) => queue.add("callback", callback, jobOptionsFor(callback.transactionId));
    }
    case "pg-boss": {
      const boss = new PgBoss({ connectionString: url, max: CONNECTIONS, supervise: false, schedule: false });
      await boss.start();
      await boss.createQueue(CALLBACK_QUEUE);
      const options = { retryLimit: 5, retryDelay: 1, retryBackoff: true };
      return (callback) => boss.send(CALLBACK_QUEUE, callback, options);
    }
    case "graphile-worker": {
      const utils = await makeWorkerUtils({ connectionString: url, maxPoolSize: CONNECTIONS });
      await utils.migrate();
      return (callback) => utils.addJob(CALLBACK_QUEUE, callback, { maxAttempts: 5 });
    }
  }
}
