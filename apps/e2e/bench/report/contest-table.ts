import type { Table } from "../sections/section.ts";
import { cpuPerAnswer, type Slice } from "../slice.ts";
import { roundRatios, spread } from "../statistics.ts";
import { rangeText, ratioText, short, whole } from "./figures.ts";

/** A row for each contestant; ratios of `figure` to each of `bases` that took part. */
export function contestTable(
  slices: readonly Slice[],
  bases: readonly string[],
  figure: { name: string; of: (slice: Slice) => number },
): Table {
  const names = [...new Set(slices.map(({ contestant }) => contestant))];
  const present = bases.filter((base) => names.includes(base));
  return {
    columns: [
      "contestant",
      "answers/s",
      ...present.map((base) => `${figure.name} × ${base}`),
      "p50 ms",
      "p99 ms",
      "CPU µs per answer",
      "load µs",
    ],
    rows: sortedByBase(names, present).map((name) => {
      const own = slices.filter(({ contestant }) => contestant === name);
      const values = (of: (slice: Slice) => number) => spread(own.map(of));
      return [
        name,
        rangeText(
          values(({ rate }) => rate),
          whole,
        ),
        ...present.map((base) => (name === base ? "1" : ratioText(spread(roundRatios(slices, name, base, figure.of))))),
        rangeText(values(({ p50 }) => p50)),
        rangeText(values(({ p99 }) => p99)),
        cpuText(own),
        short(values(({ cpu }) => cpu.load ?? 0)?.median ?? 0),
      ];
    }),
  };
}

/** `20 server + 3.1 redis = 23.1`, medians each. */
function cpuText(slices: readonly Slice[]): string {
  const median = (of: (slice: Slice) => number) => short(spread(slices.map(of))?.median ?? 0);
  const names = Object.keys(slices[0]?.cpu ?? {}).filter((name) => name !== "load");
  const parts = names.map((name) => `${median(({ cpu }) => cpu[name] ?? 0)} ${name}`);
  return parts.length > 1 ? `${parts.join(" + ")} = ${median(cpuPerAnswer)}` : parts.join("");
}

/** Slices come in an order of chance; tables do not. */
const sortedByBase = (names: readonly string[], bases: readonly string[]): string[] => [
  ...bases,
  ...names.filter((name) => !bases.includes(name)).sort(),
];
