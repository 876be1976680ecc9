import { contest } from "../contest.ts";
import type { Contestant } from "../contestants/contestant.ts";
import { startProvider } from "../contestants/provider.ts";
import { startVerdict, type Verdict } from "../contestants/verdict.ts";
import { startVerdictWorker } from "../contestants/verdict-worker.ts";
import { inOwnStage, type Lab } from "../lab.ts";
import { contestTable } from "../report/contest-table.ts";
import { whole } from "../report/figures.ts";
import type { Slice } from "../slice.ts";
import { roundRatios } from "../statistics.ts";
import { emptyTables, insertAwaiting } from "./awaiting-verifications.ts";
import { pooled, type Section } from "./section.ts";

const PER_SECOND = 2_000;
const DELAY_MS = 10_000;

const AT_ONCE = "CheckResult at once";
const DELAYED = `CheckResult after ${DELAY_MS / 1_000} s`;
const STOPPED = "worker stopped";

export const providerSlow: Section = {
  title: "While the provider is slow, or the worker away",
  how:
    `Three times \`postgres,queue\`, each with its own database, ${PER_SECOND} callbacks a second for verifications ` +
    "that wait for them, in the warm-up, too. Beside two of them a worker asks a provider; the ratio is that of the " +
    "receiver's p99.",
  run: (lab) =>
    inOwnStage(lab, async (own) => {
      const atOnce = await withWorker(own, AT_ONCE, "slow_at_once", 0);
      const delayed = await withWorker(own, DELAYED, "slow_delayed", DELAY_MS);
      const stopped = await startVerdict(own, "postgres,queue", "slow_stopped");
      const held = await contest(
        own,
        "provider-slow",
        [atOnce.contestant, delayed.contestant, { ...expecting(stopped), name: STOPPED }],
        {
          pace: { kind: "paced", perSecond: PER_SECOND, seconds: lab.options.seconds },
          connections: 64,
          callbacks: "genuine",
        },
      );
      const p99 = (slice: Slice) => slice.p99;
      const asked = [await atOnce.provider.asked(), await delayed.provider.asked()] as const;
      return {
        tables: [
          {
            title: `${whole(PER_SECOND)}/s over 64 connections`,
            table: contestTable(held.slices, [AT_ONCE], { name: "p99", of: p99 }),
          },
        ],
        ratios: {
          "slow.delayed": roundRatios(held.slices, DELAYED, AT_ONCE, p99),
          "slow.stopped": roundRatios(held.slices, STOPPED, AT_ONCE, p99),
        },
        notes: [
          `The provider was asked ${whole(asked[0])} times where it answered at once, ${whole(asked[1])} times where ` +
            "it was slow. CPU is that of receiver, Redis and Postgres; where a worker runs, the stores' part " +
            "includes what it asks of them.",
        ],
        ...pooled([held]),
      };
    }),
};

/** A receiver, a worker and a provider of its own. */
async function withWorker(lab: Lab, name: string, database: string, delayMs: number) {
  const verdict = await startVerdict(lab, "postgres,queue", database);
  const provider = await startProvider(lab, delayMs);
  await startVerdictWorker(lab, verdict, provider);
  return { contestant: { ...expecting(verdict), name }, provider };
}

/** Its verifications are there before their callbacks come. */
const expecting = (verdict: Verdict): Contestant => ({
  ...verdict,
  welcome: (sessions) => insertAwaiting(verdict.db, sessions),
  async clear() {
    // A worker's leftovers are taken away, in the queue twice: what it was at may put in more.
    await verdict.emptyQueue();
    await emptyTables(verdict.db);
    await verdict.emptyQueue();
  },
});
