import { startVerdict } from "../contestants/verdict.ts";
import { startVerdictRunner } from "../contestants/verdict-runner.ts";
import { FAIR_WORKER, NAIVE_WORKER, startOpponentWorker } from "../contestants/worker-opponents.ts";
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
    "clock runs from its first job until each session has its outcome. The provider answers at once.",
  run: (lab) =>
    inOwnStage(lab, async (own) => {
      const redis = own.stores.redis?.everysec;
      if (!redis) return leftOut("Left out: this machine has no redis-server.");
      const runners = [
        await startOpponentWorker(own, NAIVE_WORKER, redis, "reconcile_naive", "naive"),
        await startOpponentWorker(own, FAIR_WORKER, redis, "reconcile_fair", "fair"),
        await startVerdictRunner(own, VERDICT, await startVerdict(own, "postgres,queue", "reconcile_verdict")),
      ];
      const held = await runLaps(own, "reconcile", runners);
      const rate = { name: "outcomes/s", of: (lap: Lap) => lap.rate };
      const ratio = (base: string) => roundRatios(held.slices, VERDICT, base, rate.of);
      return {
        tables: [{ title: "Outcomes at full load", table: lapTable(held.slices, [NAIVE_WORKER, FAIR_WORKER], rate) }],
        ratios: { "reconcile.naive": ratio(NAIVE_WORKER), "reconcile.fair": ratio(FAIR_WORKER) },
        notes: [],
        ...held,
      };
    }),
};
