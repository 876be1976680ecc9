import { contest } from "../contest.ts";
import { BARE, startBare } from "../contestants/opponents.ts";
import { startVerdict, verdictWith } from "../contestants/verdict.ts";
import { inOwnStage } from "../lab.ts";
import { contestTable } from "../report/contest-table.ts";
import { roundRatios } from "../statistics.ts";
import { pooled, type Section } from "./section.ts";

const SINKS = "postgres,queue";

export const forged: Section = {
  title: "Forged requests",
  how:
    "Tokens that are genuine but for their MAC, 64 connections. Verdict answers 401, bare Hono 200 to the same " +
    "requests.",
  run: (lab) =>
    inOwnStage(lab, async (own) => {
      const bare = await startBare(own);
      const verdict = await startVerdict(own, SINKS, "forged");
      const held = await contest(own, "forged", [bare, { ...verdict, expects: 401, count: null }], {
        pace: { kind: "closed", seconds: lab.options.seconds },
        connections: 64,
        callbacks: "forged",
      });
      const rate = { name: "answers/s", of: ({ rate }: { rate: number }) => rate };
      return {
        tables: [{ title: "Refused at full load", table: contestTable(held.slices, [BARE], rate) }],
        ratios: { "forged.bare": roundRatios(held.slices, verdictWith(SINKS), BARE, rate.of) },
        notes: [],
        ...pooled([held]),
      };
    }),
};
