import { contest } from "../contest.ts";
import { BARE, naiveOn, startBare, startNaive } from "../contestants/opponents.ts";
import { startVerdict, verdictWith } from "../contestants/verdict.ts";
import { inOwnStage } from "../lab.ts";
import { contestTable } from "../report/contest-table.ts";
import { cpuPerAnswer, type Slice } from "../slice.ts";
import { roundRatios } from "../statistics.ts";
import { pooled, type Section } from "./section.ts";

export const durable: Section = {
  title: "Authentic callbacks at full load",
  how:
    "64 connections, each callback another one. Verdict answers 200 after the commit; after each slice its store " +
    "is counted against its answers. Only `always` makes naive durable, and the aims compare with `everysec` all " +
    "the same.",
  run: (lab) =>
    inOwnStage(lab, async (own) => {
      const contestants = [
        await startBare(own),
        ...(await startNaive(own, "everysec")),
        ...(await startNaive(own, "always")),
        await startVerdict(own, "postgres,queue", "durable_postgres"),
        ...(own.stores.redis ? [await startVerdict(own, "queue,postgres", "durable_queue")] : []),
      ];
      const held = await contest(own, "durable", contestants, {
        pace: { kind: "closed", seconds: lab.options.seconds },
        connections: 64,
        callbacks: "genuine",
      });
      const rate = { name: "answers/s", of: (slice: Slice) => slice.rate };
      const ratio = (over: string, under: string, of = rate.of) => roundRatios(held.slices, over, under, of);
      const [postgres, queue] = [verdictWith("postgres,queue"), verdictWith("queue,postgres")];
      const naive = naiveOn("everysec");
      return {
        tables: [{ title: "Stored at full load", table: contestTable(held.slices, [BARE, naive], rate) }],
        ratios: {
          "postgres.bare": ratio(postgres, BARE),
          "postgres.naive": ratio(postgres, naive),
          "queue.bare": ratio(queue, BARE),
          "queue.naive": ratio(queue, naive),
          "queue.cpu": ratio(naive, queue, cpuPerAnswer),
        },
        notes: [],
        ...pooled([held]),
      };
    }),
};
