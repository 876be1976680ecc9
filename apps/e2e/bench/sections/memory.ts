import { problemsOf } from "../contest.ts";
import type { Contestant } from "../contestants/contestant.ts";
import { startNaive } from "../contestants/opponents.ts";
import { startVerdict } from "../contestants/verdict.ts";
import { inOwnStage, type Lab } from "../lab.ts";
import type { RedisStore } from "../machine/stores.ts";
import { rangeText, ratioText, whole } from "../report/figures.ts";
import { measureSlice, type Slice } from "../slice.ts";
import { spread } from "../statistics.ts";
import { leftOut, type Section } from "./section.ts";

const CALLBACKS = 50_000;
const ROUNDS_MAX = 3;

/** Nobody needs so long for so many. */
const LIMIT_SECONDS = 60;

export const memory: Section = {
  title: "Memory of waiting callbacks",
  how:
    `Redis's used_memory before and after ${whole(CALLBACKS)} callbacks that nobody works off, 64 connections at ` +
    "full load.",
  run: (lab) =>
    inOwnStage(lab, async (own) => {
      const redis = own.stores.redis?.always;
      const [naive] = await startNaive(own, "always");
      if (!redis || !naive) return leftOut("Left out: this machine has no redis-server.");
      const verdict = await startVerdict(own, "queue,postgres", "memory");

      const rounds = Math.min(lab.options.rounds, ROUNDS_MAX);
      const measured: { naive: number; verdict: number }[] = [];
      const slices: Slice[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        lab.progress(`memory: round ${round} of ${rounds}`);
        const fills = { naive: await fill(own, naive, redis, round), verdict: await fill(own, verdict, redis, round) };
        measured.push({ naive: fills.naive.bytes, verdict: fills.verdict.bytes });
        slices.push(fills.naive.slice, fills.verdict.slice);
      }
      const rows = [
        [naive.name, rangeText(spread(measured.map((bytes) => bytes.naive)))],
        [verdict.name, rangeText(spread(measured.map((bytes) => bytes.verdict)))],
      ];
      const ratios = measured.map((bytes) => bytes.naive / bytes.verdict);
      return {
        tables: [{ title: "Redis", table: { columns: ["contestant", "bytes per waiting callback"], rows } }],
        ratios: { memory: ratios },
        notes: [`One job each takes ${ratioText(spread(ratios))} times the room.`],
        slices,
        problems: slices.flatMap((slice) =>
          problemsOf(slice).map((problem) => `memory, ${slice.contestant}: ${problem}`),
        ),
        repeated: 0,
        disturbed: 0,
      };
    }),
};

/** Bytes per callback that waits. Counting takes the jobs out, so memory is read before it. */
async function fill(lab: Lab, contestant: Contestant, redis: RedisStore, round: number) {
  await contestant.clear();
  const before = await redis.usedMemory();
  let after = before;
  const watched: Contestant = {
    ...contestant,
    async count() {
      after = await redis.usedMemory();
      return (await contestant.count?.()) ?? 0;
    },
  };
  const slice = await measureSlice(
    lab,
    watched,
    { pace: { kind: "closed", seconds: LIMIT_SECONDS }, connections: 64, callbacks: "genuine", count: CALLBACKS },
    round,
  );
  return { slice, bytes: (after - before) / slice.answers };
}
