/** How soon something that has ended is started again. */
export type Pace = {
  firstMs: number;
  /** Each failure doubles the wait up to this. */
  maxMs: number;
  /** After so long in good health the next failure counts as the first. */
  healthyMs: number;
};

/** What dies once in a while is back at once; what cannot live for seconds is tried ever more rarely. */
export const defaultPace: Pace = { firstMs: 100, maxMs: 10_000, healthyMs: 2_000 };

/** The next wait, given the last one (null: none yet) and for how long it had been well since. */
export function nextWait(pace: Pace, lastMs: number | null, wellForMs: number): number {
  return lastMs === null || wellForMs >= pace.healthyMs ? pace.firstMs : Math.min(lastMs * 2, pace.maxMs);
}
