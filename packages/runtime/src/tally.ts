import { Counter, type Registry } from "prom-client";

/** A label's name, and every value it may have. */
export type FiniteLabel = readonly [name: string, values: readonly string[]];

/** Where a value is counted that its label does not know: what strangers make up must not become a time series. */
export const OTHER = "other";

/** Counts one under these values of the two labels. */
export type Tally = (first: string, second: string) => void;

/**
 * A counter with two labels for the hot path: counting is two look-ups and an addition, and nothing is allocated. The registry
 * hears of the numbers when somebody reads it. Every combination is there from the beginning, at zero, so that the
 * first event is an increase.
 */
export function tally(
  registry: Registry,
  { name, help, labels }: { name: string; help: string; labels: readonly [FiniteLabel, FiniteLabel] },
): Tally {
  const [[firstName, firsts], [secondName, seconds]] = labels;
  type Cell = { labels: Record<string, string>; count: number };
  const rows = new Map<string, Map<string, Cell>>();
  for (const first of withOther(firsts)) {
    const cells = withOther(seconds).map((second): [string, Cell] => [
      second,
      { labels: { [firstName]: first, [secondName]: second }, count: 0 },
    ]);
    rows.set(first, new Map(cells));
  }
  new Counter({
    name,
    help,
    labelNames: [firstName, secondName],
    registers: [registry],
    collect() {
      this.reset();
      for (const row of rows.values()) for (const cell of row.values()) this.inc(cell.labels, cell.count);
    },
  });
  return (first, second) => {
    const row = rows.get(first) ?? rows.get(OTHER);
    const cell = row?.get(second) ?? row?.get(OTHER);
    if (cell) cell.count += 1;
  };
}

const withOther = (values: readonly string[]): string[] => [...new Set([...values, OTHER])];

/** Keeps a label's values within those that are known. */
export const oneOfValues = (values: readonly string[]): ((value: string) => string) => {
  const known = new Set(values);
  return (value) => (known.has(value) ? value : OTHER);
};
