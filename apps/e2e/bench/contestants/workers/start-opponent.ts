import { Queue } from "bullmq";
import type { Lab } from "../../lab.ts";
import type { PreparedSession } from "../../load/messages.ts";
import { newSessions } from "../../load/requests.ts";
import { startChild } from "../../machine/child.ts";
import type { RedisStore } from "../../machine/stores.ts";
import { CALLBACK_QUEUE, type CallbackJob, jobOptionsFor } from "../callback-job.ts";
import { USUAL_PREFIX } from "../opponents.ts";
import { startProvider } from "../provider.ts";
import type { WorkerRunner } from "../runner.ts";
import { untilReached } from "../until-reached.ts";
import { EVIDENCE, TASK } from "./records.ts";

export const NAIVE_WORKER = "naive worker";
export const FAIR_WORKER = "fair worker";
export const NAIVE_TASK = "naive, the task only";
export const FAIR_TASK = "fair, the task only";

const programAt = (file: string) => new URL(file, import.meta.url);

const OPPONENTS = {
  [NAIVE_WORKER]: { program: programAt("./naive-evidence.ts"), records: EVIDENCE, perSecond: 200 },
  [FAIR_WORKER]: { program: programAt("./fair-evidence.ts"), records: EVIDENCE, perSecond: 700 },
  [NAIVE_TASK]: { program: programAt("./naive-task.ts"), records: TASK, perSecond: 300 },
  [FAIR_TASK]: { program: programAt("./fair-task.ts"), records: TASK, perSecond: 1_000 },
};

const ADDED_AT_A_TIME = 500;

/** A worker of another making, with a database, a provider and a queue of its own. */
export async function startOpponentWorker(
  lab: Lab,
  name: keyof typeof OPPONENTS,
  redis: RedisStore,
  database: string,
  prefix = USUAL_PREFIX,
): Promise<WorkerRunner> {
  const { program, records, perSecond } = OPPONENTS[name];
  const { url, db } = await records.newDatabase(lab, database);
  const provider = await startProvider(lab);
  const worker = await startChild(lab.stage, program, {
    REDIS_URL: redis.url,
    QUEUE_PREFIX: prefix,
    DATABASE_URL: url,
    PROVIDER_ENDPOINT: provider.endpoint,
  });
  const queue = new Queue<CallbackJob>(CALLBACK_QUEUE, { connection: redis.client, prefix });
  lab.stage.onClose(() => queue.close());

  async function welcome(sessions: readonly PreparedSession[]): Promise<void> {
    await records.insertSessions(db, sessions);
    await provider.reset();
  }

  return {
    name,
    perSecond,
    pids: { worker: worker.pid, redis: redis.pid, postgres: lab.stores.postgres.pid, provider: provider.pid },
    welcome,
    async layOut(callbacks) {
      const sessions = newSessions(callbacks);
      await welcome(sessions);
      await queue.pause();
      const jobs = sessions.map(({ transactionId }) => ({
        name: "callback",
        data: { transactionId, passed: "Y", subCode: "200", receivedAt: Date.now() },
        opts: jobOptionsFor(transactionId),
      }));
      for (let from = 0; from < jobs.length; from += ADDED_AT_A_TIME) {
        await queue.addBulk(jobs.slice(from, from + ADDED_AT_A_TIME));
      }
    },
    start: () => queue.resume(),
    async finish(callbacks) {
      await untilReached(callbacks, provider.asked);
      await untilReached(callbacks, async () => (await records.count(db)).outcome);
    },
    onRecord: () => records.count(db),
    async clear() {
      await redis.empty();
      await records.clear(db);
    },
  };
}
