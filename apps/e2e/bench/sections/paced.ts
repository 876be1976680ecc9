import { contest } from "../contest.ts";
import { BARE, naiveOn, startBare, startNaive } from "../contestants/opponents.ts";
import { startVerdict, verdictWith } from "../contestants/verdict.ts";
import { inOwnStage } from "../lab.ts";
import { contestTable } from "../report/contest-table.ts";
import { short } from "../report/figures.ts";
import type { Slice } from "../slice.ts";
import { roundRatios, spread } from "../statistics.ts";
import { pooled, type Section } from "./section.ts";

const PER_SECOND = 5_000;

export const paced: Section = {
  title: "Latency below full load",
  how:
    `${PER_SECOND} requests a second at random instants over 64 connections. Then one connection that sends its next ` +
    "request when its answer is in, against naive on the same Redis: what gathering callbacks into batches costs when " +
    "there is nothing to gather.",
  run: (lab) =>
    inOwnStage(lab, async (own) => {
      const [everysec, always] = [await startNaive(own, "everysec"), await startNaive(own, "always")];
      const verdicts = [
        await startVerdict(own, "postgres,queue", "paced_postgres"),
        ...(own.stores.redis ? [await startVerdict(own, "queue,postgres", "paced_queue")] : []),
      ];
      const { seconds } = lab.options;
      const busy = await contest(own, "paced", [await startBare(own), ...everysec, ...verdicts], {
        pace: { kind: "paced", perSecond: PER_SECOND, seconds },
        connections: 64,
        callbacks: "genuine",
      });
      const quiet = await contest(own, "paced, one connection", [...always, ...verdicts], {
        pace: { kind: "closed", seconds },
        connections: 1,
        callbacks: "genuine",
        count: seconds * 10_000,
      });

      const p50 = (slice: Slice) => slice.p50;
      const p99 = (slice: Slice) => slice.p99;
      const [postgres, queue] = [verdictWith("postgres,queue"), verdictWith("queue,postgres")];
      const [naive, durableNaive] = [naiveOn("everysec"), naiveOn("always")];
      const late = spread(busy.slices.flatMap(({ sentLate }) => sentLate ?? []));
      return {
        tables: [
          {
            title: `${PER_SECOND}/s over 64 connections`,
            table: contestTable(busy.slices, [BARE, naive], { name: "p99", of: p99 }),
          },
          {
            title: "One quiet connection",
            table: contestTable(quiet.slices, [durableNaive], { name: "p50", of: p50 }),
          },
        ],
        ratios: {
          "paced.postgres.bare": roundRatios(busy.slices, postgres, BARE, p99),
          "paced.postgres.naive": roundRatios(busy.slices, postgres, naive, p99),
          "paced.queue.bare": roundRatios(busy.slices, queue, BARE, p99),
          "paced.queue.naive": roundRatios(busy.slices, queue, naive, p99),
          "quiet.p50": roundRatios(quiet.slices, queue, durableNaive, p50),
          "quiet.p99": roundRatios(quiet.slices, queue, durableNaive, p99),
        },
        notes: [
          late
            ? "Latency counts from the instant a request was due. The load process was itself late: 99 % of requests " +
              `left at most ${short(late.median)} ms after they could (median of slices). That is part of every latency above.`
            : "Each connection waits at random between an answer and its next request; wrk adds the requests that a " +
              "stalled server kept from being sent to its latencies.",
        ],
        ...pooled([busy, quiet]),
      };
    }),
};
