import { type Count, type CountQuery, countStaleHours, type Db, findStaleSince, readCounts } from "@verdict/db";
import type { Product } from "@verdict/domain";
import { type Figures, figuresOf } from "./figures-of-counts.ts";

/** What a row of statistics is about. What was not asked for is left out; an empty scene is none. */
type Group = { route?: string; product?: Product; sceneCode?: string };

export type Statistics = {
  /** What was counted: whole hours, or whole days from midnight to midnight UTC. */
  from: Date;
  to: Date;
  by: CountQuery["by"];
  /** Since when some hour's counts have been out of date; null when all are as of now. */
  staleSince: Date | null;
  /** One for each hour or day and group in which something began, in order of time. */
  items: (Group & Figures & { at: Date })[];
  /** One for each group, of all the time. */
  totals: (Group & Figures)[];
};

const MS = { hour: 3_600_000, day: 86_400_000 };

/** The whole hours or days, in UTC, that a time touches. */
export function wholeSpan({ from, to, by }: Pick<CountQuery, "from" | "to" | "by">): { from: Date; to: Date } {
  const step = MS[by];
  return {
    from: new Date(Math.floor(from.getTime() / step) * step),
    to: new Date(Math.ceil(to.getTime() / step) * step),
  };
}

/**
 * What became of the verifications that were created between two moments, by hour or day of their creation: a session counts where it
 * began, however late it ended. From counts that workers keep; reads no verification.
 */
export async function statistics(db: Db, query: CountQuery): Promise<Statistics> {
  const span = wholeSpan(query);
  const staleSince = await findStaleSince(db);
  const counts = await readCounts(db, { ...query, ...span });
  return {
    ...span,
    by: query.by,
    staleSince,
    items: split(counts, ({ at, ...one }) => ({ at, ...groupOf(one) })),
    totals: split(counts, groupOf),
  };
}

/** The figures of each key, in the order in which they come. */
function split<Key extends object>(counts: readonly Count[], keyOf: (count: Count) => Key): (Key & Figures)[] {
  const parts = new Map<string, { key: Key; part: Count[] }>();
  for (const count of counts) {
    const key = keyOf(count);
    const name = JSON.stringify(key);
    const held = parts.get(name);
    if (held) held.part.push(count);
    else parts.set(name, { key, part: [count] });
  }
  return [...parts.values()].map(({ key, part }) => ({ ...key, ...figuresOf(part) }));
}

const groupOf = ({ route, product, sceneCode }: Omit<Count, "at">): Group => ({
  ...(route !== null && { route }),
  ...(product !== null && { product }),
  ...(sceneCode !== null && { sceneCode }),
});

/** Hours by transaction: what a crash makes another worker count again. */
const HOURS = 24;

/** Counts all stale hours anew. Any number of workers may; one does it at a time. Returns how many it counted. */
export async function countHours({ db }: { db: Db }): Promise<number> {
  let hours = 0;
  for (;;) {
    const counted = await countStaleHours(db, HOURS);
    if (counted.kind === "busy") return hours;
    hours += counted.hours.length;
    if (counted.hours.length < HOURS) return hours;
  }
}
