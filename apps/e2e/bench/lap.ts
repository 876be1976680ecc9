import type { Runner } from "./contestants/runner.ts";
import type { Lab } from "./lab.ts";
import { meterCpu } from "./machine/cpu-meter.ts";
import { inRounds, type Rounds } from "./rounds.ts";

/** One contestant with so many callbacks, until each has its outcome. */
export type Lap = {
  contestant: string;
  round: number;
  callbacks: number;
  /** Outcomes a second. */
  rate: number;
  /** CPU microseconds per callback, by process. */
  cpu: Record<string, number>;
  /** The part of the machine others took, 0 to 1. */
  others: number;
  /** What is on record less often than there were callbacks, and how often it is. */
  missing: Record<string, number>;
};

export type Laps = Omit<Rounds<Lap>, "measured"> & { slices: Lap[]; problems: string[] };

/** The warm-up is as long as so many laps: V8 has optimised a program after seconds, not at once. */
export const WARM_UP_LAPS = 4;

/** Lets each contestant run one lap a round, after a long one that does not count. */
export async function runLaps(lab: Lab, title: string, runners: readonly Runner[]): Promise<Laps> {
  const problems: string[] = [];
  const run = async (runner: Runner, round: number, laps = 1) => {
    const lap = await measureLap(lab, runner, round, Math.ceil(laps * lab.options.seconds * runner.perSecond));
    problems.push(...problemsOf(lap).map((problem) => `${title}, ${runner.name}: ${problem}`));
    return lap;
  };
  lab.progress(`${title}: warming up`);
  for (const runner of runners) await run(runner, 0, WARM_UP_LAPS);
  const { measured, ...quality } = await inRounds(lab, title, runners, run);
  return { slices: measured, problems, ...quality };
}

async function measureLap(lab: Lab, runner: Runner, round: number, callbacks: number): Promise<Lap> {
  lab.stage.refuseWhenClosed();
  await runner.layOut(callbacks);
  const used = meterCpu(runner.pids);
  const began = performance.now();
  await runner.start();
  await runner.finish(callbacks);
  const seconds = (performance.now() - began) / 1_000;
  const { us, others } = used();
  const onRecord = await runner.onRecord();
  await runner.clear();
  return {
    contestant: runner.name,
    round,
    callbacks,
    rate: callbacks / seconds,
    cpu: Object.fromEntries(Object.entries(us).map(([name, value]) => [name, value / callbacks])),
    others,
    missing: Object.fromEntries(Object.entries(onRecord).filter(([, count]) => count < callbacks)),
  };
}

const problemsOf = ({ missing, callbacks }: Lap): string[] =>
  Object.entries(missing).map(([what, count]) => `of ${callbacks} callbacks ${count} have their ${what}`);
