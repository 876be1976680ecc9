import type { Contestant } from "./contestants/contestant.ts";
import type { Lab } from "./lab.ts";
import { measureSlice, type Plan, type Slice } from "./slice.ts";
import { shuffled } from "./statistics.ts";

export type Contest = {
  slices: Slice[];
  /** What must not have happened in any slice, also in those that are not kept. */
  problems: string[];
  /** Slices measured again because other processes disturbed them. */
  repeated: number;
  /** Slices that are kept though they were disturbed every time. */
  disturbed: number;
};

/** From this part of the machine on, others disturb. */
const OTHERS_MAX = 0.1;
const ATTEMPTS = 3;

/** At full load, some 100,000 requests: only then has V8 optimised a receiver for good. */
export const WARM_UP_SECONDS = 8;
/** By the load generator that tells every status: what answers wrongly is found here. */
const WARM_UP = { pace: { kind: "closed", seconds: WARM_UP_SECONDS }, connections: 64, generator: "node" } as const;

/**
 * Loads each contestant once a round, in an order of chance. All of them are up the whole time, one is loaded. Before
 * the first round each is warmed up: at full load, unless its callbacks are about something that has to be there.
 */
export async function contest(
  lab: Lab,
  title: string,
  contestants: readonly Contestant[],
  plan: Plan,
): Promise<Contest> {
  const { rounds } = lab.options;
  const held: Contest = { slices: [], problems: [], repeated: 0, disturbed: 0 };
  const measure = async (contestant: Contestant, planned: Plan, round: number) => {
    const slice = await measureSlice(lab, contestant, planned, round);
    held.problems.push(...problemsOf(slice).map((problem) => `${title}, ${contestant.name}: ${problem}`));
    return slice;
  };

  lab.progress(`${title}: warming up`);
  for (const contestant of contestants) {
    const ownPace = { ...plan, pace: { ...plan.pace, seconds: WARM_UP_SECONDS } };
    const fullLoad = { ...WARM_UP, callbacks: plan.callbacks };
    await measure(contestant, contestant.welcome ? ownPace : fullLoad, 0);
  }
  for (let round = 1; round <= rounds; round += 1) {
    lab.progress(`${title}: round ${round} of ${rounds}`);
    for (const contestant of shuffled(contestants)) {
      const tries = [await measure(contestant, plan, round)];
      while ((tries.at(-1)?.others ?? 0) > OTHERS_MAX && tries.length < ATTEMPTS) {
        tries.push(await measure(contestant, plan, round));
      }
      const quietest = tries.reduce((best, slice) => (slice.others < best.others ? slice : best));
      held.slices.push(quietest);
      held.repeated += tries.length - 1;
      if (quietest.others > OTHERS_MAX) held.disturbed += 1;
    }
  }
  return held;
}

export function problemsOf({ lost, wrong }: Slice): string[] {
  const statuses = Object.entries(wrong).map(([status, times]) => `${times} answers with status ${status}`);
  return lost > 0 ? [`${lost} callbacks were answered 200 and are not in the store`, ...statuses] : statuses;
}
