export type LatencyFigures = { count: number; missing: number; p50: number; p99: number; longest: number };

/** How long each subject took from `begun` to `heard`, in milliseconds; those never heard of are counted apart. */
export function latencyFigures(begun: ReadonlyMap<string, number>, heard: ReadonlyMap<string, number>): LatencyFigures {
  const took = [...begun].flatMap(([subject, at]) => {
    const ended = heard.get(subject);
    return ended === undefined ? [] : [ended - at];
  });
  took.sort((a, b) => a - b);
  return {
    count: took.length,
    missing: begun.size - took.length,
    p50: quantile(took, 0.5),
    p99: quantile(took, 0.99),
    longest: took.at(-1) ?? Number.NaN,
  };
}

/** The value that so large a part does not exceed; of sorted values. */
const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
