import { startVerdict } from "../contestants/verdict.ts";
import { startVerdictRunner } from "../contestants/verdict-runner.ts";
import {
  FAIR_TASK,
  FAIR_WORKER,
  NAIVE_TASK,
  NAIVE_WORKER,
  startOpponentWorker,
} from "../contestants/workers/start-opponent.ts";
import { inOwnStage } from "../lab.ts";
import { type Lap, runLaps } from "../lap.ts";
import { lapTable } from "../report/lap-table.ts";
import { roundRatios } from "../statistics.ts";
import { leftOut, type Section } from "./section.ts";

const VERDICT = "verdict's worker";

export const reconcile: Section = {
  title: "From callback to outcome: the worker",
  how:
    "Callbacks wait for their worker: in its queue, for verdict in Postgres, where a receiver has committed them. The " +
    "clock runs from its first job until each session has its outcome. The provider answers at once. The naive and the " +
    "fair worker leave the evidence that verdict leaves, in the same tables; two more do what the task needs and no more.",
  run: (lab) =>
    inOwnStage(lab, async (own) => {
      const redis = own.stores.redis?.everysec;
      if (!redis) return leftOut("Left out: this machine has no redis-server.");
      const runners = [
        await startOpponentWorker(own, NAIVE_WORKER, redis, "reconcile_naive", "naive"),
        await startOpponentWorker(own, FAIR_WORKER, redis, "reconcile_fair", "fair"),
        await startOpponentWorker(own, NAIVE_TASK, redis, "reconcile_naive_task", "naive-task"),
        await startOpponentWorker(own, FAIR_TASK, redis, "reconcile_fair_task", "fair-task"),
        await startVerdictRunner(own, VERDICT, await startVerdict(own, "postgres,queue", "reconcile_verdict")),
      ];
      const held = await runLaps(own, "reconcile", runners);
      const rate = { name: "outcomes/s", of: (lap: Lap) => lap.rate };
      const ratio = (base: string) => roundRatios(held.slices, VERDICT, base, rate.of);
      return {
        tables: [
          {
            title: "Outcomes at full load",
            table: lapTable(held.slices, [NAIVE_WORKER, FAIR_WORKER, NAIVE_TASK, FAIR_TASK], rate),
          },
        ],
        ratios: {
          "reconcile.naive": ratio(NAIVE_WORKER),
          "reconcile.fair": ratio(FAIR_WORKER),
          "reconcile.naive-task": ratio(NAIVE_TASK),
          "reconcile.fair-task": ratio(FAIR_TASK),
        },
        notes: [],
        ...held,
      };
    }),
};
