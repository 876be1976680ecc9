import type { Contestant } from "./contestants/contestant.ts";
import type { Lab } from "./lab.ts";
import type { Pace, Preparation } from "./load/messages.ts";
import { meterCpu } from "./machine/cpu-meter.ts";

export type Plan = {
  pace: Pace;
  connections: number;
  callbacks: Preparation["callbacks"];
  /** So many different callbacks are made, and no more sent. Default: more than can be sent. */
  count?: number;
  /** Default: wrk where the machine has it, and `count` leaves the choice. */
  generator?: Preparation["generator"];
};

/** One contestant under load, once. */
export type Slice = {
  contestant: string;
  round: number;
  answers: number;
  /** Answers a second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  sentLate: number | null;
  /** CPU microseconds per answer, of the contestant's processes and of `load`. */
  cpu: Record<string, number>;
  /** CPU microseconds per callback of what was left to do with them after the load. */
  afterwards: Record<string, number>;
  /** The part of the machine others took, 0 to 1. */
  others: number;
  /** Answered as accepted, and not found in the store. */
  lost: number;
  /** Answers with another status than the contestant's own. */
  wrong: Record<string, number>;
};

/** More than any contestant stores in a second on the machines of today. */
const STORED_PER_SECOND = 60_000;

/**
 * Loads a contestant, then counts its store, lets what is left to do be done, and clears it. Only the load and what was
 * left to do are measured.
 */
export async function measureSlice(lab: Lab, contestant: Contestant, plan: Plan, round: number): Promise<Slice> {
  lab.stage.refuseWhenClosed();
  const repeat = plan.pace.kind === "closed" && (plan.callbacks === "forged" || !contestant.count);
  const sessions = await lab.load.prepare({
    port: contestant.port,
    connections: plan.connections,
    key: lab.key,
    callbacks: plan.callbacks,
    count: plan.count ?? enoughFor(plan.pace),
    repeat,
    tell: contestant.welcome !== undefined,
    expects: contestant.expects,
    generator: plan.generator ?? (lab.load.hasWrk && plan.count === undefined ? "wrk" : "node"),
  });
  await contestant.welcome?.(sessions);

  const used = meterCpu({ ...contestant.pids, load: lab.load.pid });
  const result = await lab.load.run(plan.pace);
  const { us, others } = used();

  const { [contestant.expects]: right = 0, ...wrong } = result.statuses;
  const accepted = plan.callbacks === "genuine" ? right : 0;
  const stored = contestant.count ? await contestant.count() : accepted;
  const rest = await contestant.workOff?.();
  await contestant.clear();
  const per = (whole: Record<string, number>, count: number) =>
    Object.fromEntries(Object.entries(whole).map(([name, value]) => [name, value / count]));
  return {
    contestant: contestant.name,
    round,
    answers: result.answers,
    rate: result.answers / result.seconds,
    p50: result.p50,
    p99: result.p99,
    sentLate: result.sentLate,
    cpu: per(us, result.answers),
    afterwards: per(rest?.us ?? {}, stored),
    others: Math.max(others, rest?.others ?? 0),
    lost: Math.max(0, accepted - stored),
    wrong,
  };
}

function enoughFor(pace: Pace): number {
  switch (pace.kind) {
    case "closed":
      return Math.ceil(pace.seconds * STORED_PER_SECOND);
    case "paced":
      // So much above the average is drawn less than once in a million slices.
      return Math.ceil(pace.seconds * pace.perSecond + 5 * Math.sqrt(pace.seconds * pace.perSecond));
  }
}

/** CPU microseconds per answer of the server and its stores. */
export const cpuPerAnswer = ({ cpu }: Pick<Slice, "cpu">): number =>
  Object.entries(cpu).reduce((sum, [name, us]) => (name === "load" ? sum : sum + us), 0);
