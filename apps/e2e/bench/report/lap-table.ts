import type { Lap } from "../lap.ts";
import type { Table } from "../sections/section.ts";
import { roundRatios, spread } from "../statistics.ts";
import { rangeText, ratioText, short, whole } from "./figures.ts";

/** They make the others work, and are none of them. */
const AROUND = ["provider", "load"];

/** CPU microseconds per callback of whatever brings callbacks to their outcomes. */
export const cpuPerCallback = ({ cpu }: Pick<Lap, "cpu">): number =>
  Object.entries(cpu).reduce((sum, [name, us]) => (AROUND.includes(name) ? sum : sum + us), 0);

/** A row for each contestant, the bases first; ratios of `figure` to each of them. */
export function lapTable(
  laps: readonly Lap[],
  bases: readonly string[],
  figure: { name: string; of: (lap: Lap) => number },
): Table {
  const names = [...bases, ...new Set(laps.map(({ contestant }) => contestant))];
  return {
    columns: [
      "contestant",
      "outcomes/s",
      ...bases.map((base) => `${figure.name} × ${base}`),
      "CPU µs per callback",
      "around it",
    ],
    rows: [...new Set(names)].map((name) => {
      const own = laps.filter(({ contestant }) => contestant === name);
      return [
        name,
        rangeText(spread(own.map(({ rate }) => rate)), whole),
        ...bases.map((base) => (name === base ? "1" : ratioText(spread(roundRatios(laps, name, base, figure.of))))),
        `${cpuText(own, (process) => !AROUND.includes(process))} = ${short(median(own, cpuPerCallback))}`,
        cpuText(own, (process) => AROUND.includes(process)),
      ];
    }),
  };
}

function cpuText(laps: readonly Lap[], shown: (process: string) => boolean): string {
  const processes = Object.keys(laps[0]?.cpu ?? {}).filter(shown);
  return processes.map((name) => `${short(median(laps, ({ cpu }) => cpu[name] ?? 0))} ${name}`).join(" + ");
}

const median = (laps: readonly Lap[], of: (lap: Lap) => number): number => spread(laps.map(of))?.median ?? 0;
