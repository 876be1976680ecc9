import type { Db } from "@verdict/db";
import { openQueue, reconcileReceipts } from "@verdict/queue";
import type { Lab } from "../lab.ts";
import type { PreparedSession } from "../load/messages.ts";
import { newSessions } from "../load/requests.ts";
import { emptyTables, insertAwaiting } from "../sections/awaiting-verifications.ts";
import { commitCallbacks } from "./commit-callbacks.ts";
import { startProvider } from "./provider.ts";
import type { WorkerRunner } from "./runner.ts";
import { untilReached } from "./until-reached.ts";
import type { Verdict } from "./verdict.ts";
import { startVerdictWorker } from "./verdict-worker.ts";
import { countEvidence } from "./workers/records.ts";

/** As many group commits as a receiver at full load names in a job. */
const BATCHES_PER_JOB = 6;

/** The real worker with a provider of its own, in the database of a receiver. */
export async function startVerdictRunner(lab: Lab, name: string, verdict: Verdict): Promise<WorkerRunner> {
  const { db, environment } = verdict;
  const provider = await startProvider(lab);
  const worker = await startVerdictWorker(lab, verdict, provider);
  const queue = openQueue({
    url: environment.QUEUE_URL ?? "",
    prefix: environment.QUEUE_PREFIX ?? "",
    timeoutMs: 10_000,
  });
  lab.stage.onClose(() => queue.close());
  const { server: _, ...stores } = verdict.pids;
  let jobs: { batchIds: string[] }[] = [];

  async function welcome(sessions: readonly PreparedSession[]): Promise<void> {
    await insertAwaiting(db, sessions);
    await provider.reset();
  }

  return {
    name,
    perSecond: 3_000,
    pids: { worker: worker.pid, ...stores, provider: provider.pid },
    welcome,
    async layOut(callbacks) {
      const sessions = newSessions(callbacks);
      await welcome(sessions);
      const batchIds = await commitCallbacks(db, lab.key.kid, sessions);
      jobs = [];
      for (let from = 0; from < batchIds.length; from += BATCHES_PER_JOB) {
        jobs.push({ batchIds: batchIds.slice(from, from + BATCHES_PER_JOB) });
      }
    },
    start: () => queue.enqueueMany(reconcileReceipts, jobs),
    async finish(callbacks) {
      await untilReached(callbacks, provider.asked);
      await untilReached(callbacks, () => countOutcomes(db));
    },
    onRecord: () => countEvidence(db),
    async clear() {
      // What the worker still has to do is taken away, in the queue twice: what it was at may put in more.
      await verdict.emptyQueue();
      await emptyTables(db);
      await verdict.emptyQueue();
    },
  };
}

/** This costs Postgres something: to be asked when the provider has been. */
async function countOutcomes({ sql }: Db): Promise<number> {
  const [row] = await sql<[{ count: number }]>`
    select count(*)::int as count from verifications where status in ('passed', 'failed')`;
  return row.count;
}
