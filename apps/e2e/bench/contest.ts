import type { Contestant } from "./contestants/contestant.ts";
import type { Lab } from "./lab.ts";
import { inRounds } from "./rounds.ts";
import { measureSlice, type Plan, type Slice } from "./slice.ts";

export type Contest = {
  slices: Slice[];
  /** What must not have happened in any slice, also in those that are not kept. */
  problems: string[];
  /** Slices measured again because other processes disturbed them. */
  repeated: number;
  /** Slices that are kept though they were disturbed every time. */
  disturbed: number;
};

/** At full load, some 100,000 requests: only then has V8 optimised a receiver for good. */
export const WARM_UP_SECONDS = 8;
/** By the load generator that tells every status: what answers wrongly is found here. */
const WARM_UP = { pace: { kind: "closed", seconds: WARM_UP_SECONDS }, connections: 64, generator: "node" } as const;

/**
 * Loads each contestant once a round, in an order of chance. All of them are up the whole time, one is loaded. Before
 * the first round each is warmed up: at full load, unless its callbacks are about something that has to be there, and at the
 * pace of the rounds where that is another one, for which V8 optimises anew.
 */
export async function contest(
  lab: Lab,
  title: string,
  contestants: readonly Contestant[],
  plan: Plan,
): Promise<Contest> {
  const problems: string[] = [];
  const measure = async (contestant: Contestant, planned: Plan, round: number) => {
    const slice = await measureSlice(lab, contestant, planned, round);
    problems.push(...problemsOf(slice).map((problem) => `${title}, ${contestant.name}: ${problem}`));
    return slice;
  };

  lab.progress(`${title}: warming up`);
  for (const contestant of contestants) {
    const ownPace = { ...plan, pace: { ...plan.pace, seconds: WARM_UP_SECONDS } };
    if (!contestant.welcome) await measure(contestant, { ...WARM_UP, callbacks: plan.callbacks }, 0);
    if (contestant.welcome || plan.pace.kind === "paced") await measure(contestant, ownPace, 0);
  }
  const { measured, ...quality } = await inRounds(lab, title, contestants, (contestant, round) =>
    measure(contestant, plan, round),
  );
  return { slices: measured, problems, ...quality };
}

export function problemsOf({ lost, wrong }: Slice): string[] {
  const statuses = Object.entries(wrong).map(([status, times]) => `${times} answers with status ${status}`);
  return lost > 0 ? [`${lost} callbacks were answered 200 and are not in the store`, ...statuses] : statuses;
}
