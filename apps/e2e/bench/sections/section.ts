import type { Ratios } from "../aims.ts";
import type { Lab } from "../lab.ts";
import type { Lap } from "../lap.ts";
import type { Slice } from "../slice.ts";

export type Table = { columns: readonly string[]; rows: readonly (readonly string[])[] };

/** What a section has found out. */
export type Findings = {
  tables: readonly { title: string; table: Table }[];
  ratios: Ratios;
  /** Said below the tables. */
  notes: readonly string[];
  slices: readonly (Slice | Lap)[];
  problems: readonly string[];
  repeated: number;
  disturbed: number;
};

export type Section = {
  title: string;
  /** What is done, for whoever reads the report. */
  how: string;
  run(lab: Lab): Promise<Findings>;
};

/** What several contests of one section have in common. */
export const pooled = (contests: readonly Pick<Findings, "slices" | "problems" | "repeated" | "disturbed">[]) => ({
  slices: contests.flatMap(({ slices }) => slices),
  problems: contests.flatMap(({ problems }) => problems),
  repeated: contests.reduce((sum, { repeated }) => sum + repeated, 0),
  disturbed: contests.reduce((sum, { disturbed }) => sum + disturbed, 0),
});

/** For a section that cannot run here. */
export const leftOut = (why: string): Findings => ({
  tables: [],
  ratios: {},
  notes: [why],
  slices: [],
  problems: [],
  repeated: 0,
  disturbed: 0,
});
