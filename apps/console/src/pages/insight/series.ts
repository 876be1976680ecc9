import type { OutputOf } from "@verdict/client";

type Statistics = OutputOf<"GET /v1/stats">;
export type Item = Statistics["items"][number];
export type Total = Statistics["totals"][number];

export const COMPARE = ["route", "product", "sceneCode"] as const;
export type Compare = (typeof COMPARE)[number];

export const SPANS = {
  "24h": { by: "hour", hours: 24 },
  "7d": { by: "hour", hours: 168 },
  "30d": { by: "day", hours: 720 },
  "90d": { by: "day", hours: 2_160 },
} as const;
export type Span = keyof typeof SPANS;

export type Series = { name: string; values: (number | null)[] };

/** More lines than these cannot be told apart. */
const MOST = 6;

/**
 * One line for each group, over the same moments; a moment in which a group had nothing to measure is a gap, not a zero. Groups with
 * the most sessions come first, and only as many as can be told apart.
 */
export function seriesOf(
  items: readonly Item[],
  compare: Compare | null,
  measure: (item: Item) => number | null | undefined,
  nameOf: (group: string) => string,
): { times: number[]; series: Series[] } {
  const times = [...new Set(items.map(({ at }) => Date.parse(at)))].sort((a, b) => a - b);
  const groups = Map.groupBy(items, (item) => (compare ? (item[compare] ?? "") : ""));
  const series = [...groups]
    .map(([group, held]) => ({ group, held, size: held.reduce((sum, { verifications }) => sum + verifications, 0) }))
    .sort((a, b) => b.size - a.size)
    .slice(0, MOST)
    .map(({ group, held }) => {
      const byTime = new Map(held.map((item) => [Date.parse(item.at), measure(item) ?? null]));
      return { name: nameOf(group), values: times.map((time) => byTime.get(time) ?? null) };
    });
  return { times: times.map((time) => time / 1_000), series };
}

/** Counts of several groups taken together, the most frequent first. */
export function addCounts(counts: readonly Readonly<Record<string, number>>[]): [string, number][] {
  const sums = new Map<string, number>();
  for (const [name, count] of counts.flatMap((one) => Object.entries(one)))
    sums.set(name, (sums.get(name) ?? 0) + count);
  return [...sums].sort((a, b) => b[1] - a[1]);
}
