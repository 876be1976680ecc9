import type { Ratios } from "../aims.ts";
import { ratioText, short, whole } from "../report/figures.ts";
import { highest, roundRatios, spread } from "../statistics.ts";
import type { Asking } from "./ask-searches.ts";
import { QUERIES, type Query } from "./search-queries.ts";
import type { Findings, Table } from "./section.ts";

/** One question to one database in one round. Milliseconds. */
export type Asked = {
  query: string;
  asking: Asking;
  contestant: string;
  round: number;
  p50: number;
  p95: number;
};

/** How often the whole table of verifications was read, of one size. */
export type Scans = { size: number; count: number };

export const keyOf = ({ kind, name }: Query): string => `${kind}: ${name}`;

const SAYS = { first: "asked for the first time", again: "asked again" } as const satisfies Record<Asking, string>;

/** What the answers come to; sizes from the smallest. */
export function searchFindings(asked: readonly Asked[], read: readonly Scans[]): Findings {
  const sizes = read.map(({ size }) => whole(size));
  const [few = "", lots = ""] = [sizes[0], sizes.at(-1)];
  const tell = (asking: Asking) => {
    const own = asked.filter((one) => one.asking === asking);
    const ratiosOf = (query: Query) => {
      const answers = own.filter((one) => one.query === keyOf(query));
      return roundRatios(answers, lots, few, ({ p95 }) => p95);
    };
    return {
      table: { title: `Milliseconds at p50 / p95, ${SAYS[asking]}`, table: growthTable(sizes, own, ratiosOf) },
      worst: (kind: Query["kind"]) => highest(...QUERIES.filter((query) => query.kind === kind).map(ratiosOf)),
    };
  };
  const [first, again] = [tell("first"), tell("again")];
  const ratios: Ratios = {
    "search.look-up.first": first.worst("look-up"),
    "search.look-up.again": again.worst("look-up"),
    "search.first-page.first": first.worst("first page"),
    "search.first-page.again": again.worst("first page"),
  };
  return {
    tables: [first.table, again.table],
    ratios: sizes.length > 1 ? ratios : {},
    notes: [
      "No question read the whole table: that is counted by Postgres itself, from the filled table to the last answer.",
    ],
    slices: [],
    problems: read
      .filter(({ count }) => count > 0)
      .map(({ size, count }) => `search: the table of ${whole(size)} verifications was read as a whole ${count} times`),
    repeated: 0,
    disturbed: 0,
  };
}

function growthTable(
  sizes: readonly string[],
  asked: readonly Asked[],
  ratiosOf: (query: Query) => readonly number[],
): Table {
  const cell = (query: Query, size: string) => {
    const own = asked.filter((one) => one.query === keyOf(query) && one.contestant === size);
    const median = (of: (one: Asked) => number) => short(spread(own.map(of))?.median ?? 0);
    return `${median(({ p50 }) => p50)} / ${median(({ p95 }) => p95)}`;
  };
  return {
    columns: ["question", ...sizes, ...(sizes.length > 1 ? [`p95 × ${sizes[0]}`] : [])],
    rows: QUERIES.map((query) => [
      keyOf(query),
      ...sizes.map((size) => cell(query, size)),
      ...(sizes.length > 1 ? [ratioText(spread(ratiosOf(query)))] : []),
    ]),
  };
}
