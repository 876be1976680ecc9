import { naiveOn, startNaive } from "../contestants/opponents.ts";
import type { Runner, WorkerRunner } from "../contestants/runner.ts";
import { startVerdict, verdictWith } from "../contestants/verdict.ts";
import { startVerdictRunner } from "../contestants/verdict-runner.ts";
import { NAIVE_TASK, NAIVE_WORKER, startOpponentWorker } from "../contestants/workers/start-opponent.ts";
import { inOwnStage, type Lab } from "../lab.ts";
import { runLaps } from "../lap.ts";
import { cpuPerCallback, lapTable } from "../report/lap-table.ts";
import { roundRatios } from "../statistics.ts";
import { leftOut, type Section } from "./section.ts";

const SINKS = "postgres,queue";
const NAIVE = naiveOn("everysec");
/** Two naive receivers on one Redis, each with a queue of its own. */
const TASK_PREFIX = "task";

/** Nobody needs so long for so many. */
const LIMIT_SECONDS = 60;

export const endToEnd: Section = {
  title: "From the GET to the outcome",
  how:
    "Receiver and worker together: so many callbacks over 64 connections, each sent when the one before is answered; " +
    "the clock runs from the first request until each session has its outcome. The provider answers at once and " +
    "takes any number of questions. CPU is that of receiver, worker, Redis and Postgres; the load and the provider " +
    "stand beside it. Naive once has a worker that leaves the same evidence, once one that does the task only.",
  run: (lab) =>
    inOwnStage(lab, async (own) => {
      const redis = own.stores.redis?.everysec;
      const [naive] = await startNaive(own, "everysec");
      const [naiveTask] = await startNaive(own, "everysec", TASK_PREFIX);
      if (!redis || !naive || !naiveTask) return leftOut("Left out: this machine has no redis-server.");
      const verdict = await startVerdict(own, SINKS, "end_to_end_verdict");
      const naiveWorker = await startOpponentWorker(own, NAIVE_WORKER, redis, "end_to_end_naive");
      const taskWorker = await startOpponentWorker(own, NAIVE_TASK, redis, "end_to_end_task", TASK_PREFIX);
      const verdictWorker = await startVerdictRunner(own, verdictWith(SINKS), verdict);
      const held = await runLaps(own, "end-to-end", [
        behind(own, naive, { ...naiveWorker, name: NAIVE }),
        behind(own, naiveTask, { ...taskWorker, name: NAIVE_TASK }),
        behind(own, verdict, verdictWorker),
      ]);
      const timesLess = (than: string) => roundRatios(held.slices, than, verdictWith(SINKS), cpuPerCallback);
      return {
        tables: [
          {
            title: "Sent, received, confirmed",
            table: lapTable(held.slices, [NAIVE, NAIVE_TASK], { name: "CPU", of: cpuPerCallback }),
          },
        ],
        ratios: { "end-to-end.cpu": timesLess(NAIVE), "end-to-end.cpu-task": timesLess(NAIVE_TASK) },
        notes: [],
        ...held,
      };
    }),
};

type Receiver = { port: number; pids: Readonly<Record<string, number>> };

/** The same worker, fed by its receiver. */
const behind = (lab: Lab, { port, pids }: Receiver, worker: WorkerRunner): Runner => ({
  ...worker,
  pids: { server: pids.server ?? 0, ...worker.pids, load: lab.load.pid },
  async layOut(callbacks) {
    const sessions = await lab.load.prepare({
      port,
      connections: 64,
      key: lab.key,
      callbacks: "genuine",
      count: callbacks,
      repeat: false,
      tell: true,
      expects: 200,
      generator: "node",
    });
    await worker.welcome(sessions);
  },
  async start() {
    const { answers, statuses } = await lab.load.run({ kind: "closed", seconds: LIMIT_SECONDS });
    if (statuses[200] !== answers) throw new Error(`Answered with ${JSON.stringify(statuses)}.`);
  },
});
