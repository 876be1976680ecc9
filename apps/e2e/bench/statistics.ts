export type Spread = { median: number; q1: number; q3: number; min: number; max: number; count: number };

/** How values lie. Null for none. */
export function spread(values: readonly number[]): Spread | null {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) return null;
  const at = (share: number) => quantile(sorted, share);
  return { median: at(0.5), q1: at(0.25), q3: at(0.75), min, max, count: sorted.length };
}

/** Of sorted values, at least one; between two of them in proportion. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Those of several rows of ratios whose median is the highest. */
export const highest = (...rows: readonly (readonly number[])[]): readonly number[] =>
  rows.reduce((worst, row) => ((spread(row)?.median ?? 0) > (spread(worst)?.median ?? 0) ? row : worst), []);

type Measured = { contestant: string; round: number };

/**
 * One ratio for each round in which both were measured. The machine drifts from round to round, so only what stood side
 * by side is compared; a figure of 0 is below what can be measured and makes no ratio.
 */
export function roundRatios<Slice extends Measured>(
  slices: readonly Slice[],
  over: string,
  under: string,
  figure: (slice: Slice) => number,
): number[] {
  const denominators = new Map(
    slices.filter(({ contestant }) => contestant === under).map((slice) => [slice.round, figure(slice)]),
  );
  return slices
    .filter(({ contestant }) => contestant === over)
    .map((slice) => figure(slice) / (denominators.get(slice.round) ?? Number.NaN))
    .filter((ratio) => Number.isFinite(ratio));
}

/** In random order. */
export const shuffled = <T>(items: readonly T[], random = Math.random): T[] =>
  items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
