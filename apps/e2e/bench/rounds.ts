import type { Lab } from "./lab.ts";
import { shuffled } from "./statistics.ts";

/** From this part of the machine on, others disturb. */
const OTHERS_MAX = 0.1;
const ATTEMPTS = 3;

export type Rounds<Measured> = {
  measured: Measured[];
  /** Measured again because other processes disturbed. */
  repeated: number;
  /** Kept though disturbed every time. */
  disturbed: number;
};

/**
 * Measures each contestant once a round, in an order of chance. What others disturbed is measured again, and the quietest
 * try is kept.
 */
export async function inRounds<Contestant, Measured extends { others: number }>(
  { options, progress }: Pick<Lab, "options" | "progress">,
  title: string,
  contestants: readonly Contestant[],
  measure: (contestant: Contestant, round: number) => Promise<Measured>,
): Promise<Rounds<Measured>> {
  const rounds: Rounds<Measured> = { measured: [], repeated: 0, disturbed: 0 };
  for (let round = 1; round <= options.rounds; round += 1) {
    progress(`${title}: round ${round} of ${options.rounds}`);
    for (const contestant of shuffled(contestants)) {
      const tries = [await measure(contestant, round)];
      while ((tries.at(-1)?.others ?? 0) > OTHERS_MAX && tries.length < ATTEMPTS) {
        tries.push(await measure(contestant, round));
      }
      const quietest = tries.reduce((best, one) => (one.others < best.others ? one : best));
      rounds.measured.push(quietest);
      rounds.repeated += tries.length - 1;
      if (quietest.others > OTHERS_MAX) rounds.disturbed += 1;
    }
  }
  return rounds;
}
