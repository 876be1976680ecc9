import { contest } from "../contest.ts";
import type { Contestant } from "../contestants/contestant.ts";
import { committedClaimIds } from "../contestants/count-committed.ts";
import { startVerdict, type Verdict } from "../contestants/verdict.ts";
import { inOwnStage, type Lab } from "../lab.ts";
import { startChild } from "../machine/child.ts";
import { meterCpu } from "../machine/cpu-meter.ts";
import { contestTable } from "../report/contest-table.ts";
import { ratioText, short, whole } from "../report/figures.ts";
import type { Slice } from "../slice.ts";
import { highest, roundRatios, spread } from "../statistics.ts";
import { fillReceipts } from "./fill-receipts.ts";
import { pooled, type Section, type Table } from "./section.ts";

const FEW = 10_000;
const SINKS = "postgres,queue";
const STORER = new URL("../contestants/storer.ts", import.meta.url);

export const growth: Section = {
  title: "Cost as receipts pile up",
  how:
    "`postgres,queue` twice, side by side: one database holds few receipts, the other many, spread over the past " +
    "year. First what a sender waits for: 64 connections at full load, CPU of receiver + Postgres per callback. Then " +
    "what is left to the worker: receipts are made of the same callbacks, CPU of that process + Postgres per " +
    "callback. Autovacuum leaves both tables alone. The aim is about the worse of the two ratios.",
  run: (lab) =>
    inOwnStage(lab, async (own) => {
      const many = lab.options.receipts;
      const [smaller, larger] = [
        await startVerdict(own, SINKS, "growth_few"),
        await startVerdict(own, SINKS, "growth_many"),
      ];
      for (const { db } of [smaller, larger]) await db.sql`alter table receipts set (autovacuum_enabled = off)`;
      await fillReceipts(larger.db, many, (stored) =>
        lab.progress(`growth: ${whole(stored)} of ${whole(many)} receipts`),
      );
      await fillReceipts(smaller.db, FEW, () => {});

      const contestants = [await holdingFew(own, smaller), await holdingMany(own, larger, many)];
      const held = await contest(own, "growth", contestants, {
        pace: { kind: "closed", seconds: lab.options.seconds },
        connections: 64,
        callbacks: "genuine",
      });
      const [few = "", lots = ""] = contestants.map(({ name }) => name);
      const sender = ({ cpu }: Slice) => (cpu.server ?? 0) + (cpu.postgres ?? 0);
      return {
        tables: [
          {
            title: "What a sender waits for",
            table: contestTable(held.slices, [few], { name: "server + Postgres CPU", of: sender }),
          },
          { title: "What the worker does afterwards", table: afterwardsTable(held.slices, few, lots) },
        ],
        ratios: {
          growth: highest(roundRatios(held.slices, lots, few, sender), roundRatios(held.slices, lots, few, worker)),
        },
        notes: [],
        ...pooled([held]),
      };
    }),
};

const postgresOf = ({ afterwards }: Slice): number => afterwards.postgres ?? 0;
const worker = (slice: Slice): number => (slice.afterwards.worker ?? 0) + postgresOf(slice);

function afterwardsTable(slices: readonly Slice[], few: string, lots: string): Table {
  const row = (name: string, ratio: string) => {
    const own = slices.filter(({ contestant }) => contestant === name);
    const median = (of: (slice: Slice) => number) => short(spread(own.map(of))?.median ?? 0);
    const [process, postgres] = [median((slice) => slice.afterwards.worker ?? 0), median(postgresOf)];
    return [name, ratio, `${process} worker + ${postgres} postgres = ${median(worker)}`];
  };
  return {
    columns: ["contestant", `worker + Postgres CPU × ${few}`, "CPU µs per callback"],
    rows: [row(few, "1"), row(lots, ratioText(spread(roundRatios(slices, lots, few, worker))))],
  };
}

/** Filled anew after each slice, so that few stay few. */
async function holdingFew(lab: Lab, verdict: Verdict): Promise<Contestant> {
  return {
    ...(await workedOff(lab, verdict)),
    name: `${whole(FEW)} receipts`,
    async clear() {
      await verdict.clear();
      await fillReceipts(verdict.db, FEW, () => {});
    },
  };
}

/** What a slice adds stays: it is little beside what is there. */
async function holdingMany(lab: Lab, verdict: Verdict, many: number): Promise<Contestant> {
  return {
    ...(await workedOff(lab, verdict)),
    name: `${whole(many)} receipts`,
    async clear() {
      await verdict.db.sql`truncate receipt_batches, receipt_inbox, receipt_copies, unsealed`;
      await verdict.db.sql`checkpoint`;
      await verdict.emptyQueue();
    },
  };
}

/** Counted by what the receiver has committed; receipts are made of that by a process of its own, after the load. */
async function workedOff(lab: Lab, verdict: Verdict): Promise<Contestant> {
  const storer = await startChild(lab.stage, STORER, { DATABASE_URL: verdict.environment.DATABASE_URL ?? "" });
  let committed = 0;
  return {
    ...verdict,
    async count() {
      committed = (await committedClaimIds(verdict.db)).size;
      return committed;
    },
    async workOff() {
      const used = meterCpu({ worker: storer.pid, postgres: verdict.pids.postgres ?? 0 });
      const { stored } = await storer.ask<{ stored: number }>({ type: "store" });
      const reading = used();
      if (stored !== committed) throw new Error(`Of ${committed} callbacks ${stored} became receipts.`);
      return reading;
    },
  };
}
