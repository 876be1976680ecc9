import { contest } from "../contest.ts";
import { startVerdict } from "../contestants/verdict.ts";
import { inOwnStage } from "../lab.ts";
import { startChild } from "../machine/child.ts";
import { contestTable } from "../report/contest-table.ts";
import { whole } from "../report/figures.ts";
import type { Slice } from "../slice.ts";
import { roundRatios } from "../statistics.ts";
import { pooled, type Section } from "./section.ts";

const PER_SECOND = 2_000;
const SLOW_CLIENTS = 2_000;
const SLOW = new URL("../contestants/slow-clients.ts", import.meta.url);

const ALONE = "undisturbed";
const BESIEGED = `${whole(SLOW_CLIENTS)} slow clients`;

export const slowClients: Section = {
  title: "Among slow clients",
  how:
    `Two times \`postgres,queue\`, ${whole(PER_SECOND)} callbacks a second. One of them has ${whole(SLOW_CLIENTS)} further ` +
    "connections the whole time, each sending one byte a second of a request that never ends, and coming back when it is cut.",
  run: (lab) =>
    inOwnStage(lab, async (own) => {
      const alone = await startVerdict(own, "postgres,queue", "slow_clients_alone");
      const besieged = await startVerdict(own, "postgres,queue", "slow_clients_besieged");
      await startChild(own.stage, SLOW, { PORT: `${besieged.port}`, SLOW_CLIENTS: `${SLOW_CLIENTS}` });
      const held = await contest(
        own,
        "slow-clients",
        [
          { ...alone, name: ALONE },
          { ...besieged, name: BESIEGED },
        ],
        {
          pace: { kind: "paced", perSecond: PER_SECOND, seconds: lab.options.seconds },
          connections: 64,
          callbacks: "genuine",
        },
      );
      const p99 = (slice: Slice) => slice.p99;
      return {
        tables: [
          {
            title: `${whole(PER_SECOND)}/s over 64 connections`,
            table: contestTable(held.slices, [ALONE], { name: "p99", of: p99 }),
          },
        ],
        ratios: { "slow-clients": roundRatios(held.slices, BESIEGED, ALONE, p99) },
        notes: [],
        ...pooled([held]),
      };
    }),
};
