import type { Product } from "@verdict/domain";
import type { STEPS_BY_DECADE } from "./count-marks.ts";
import type { Db } from "./database.ts";
import type { MEASURES } from "./schema.ts";

export const COUNT_GROUPS = ["route", "product", "sceneCode"] as const;
export type CountGroup = (typeof COUNT_GROUPS)[number];

export type CountQuery = {
  /** The beginnings of the first hour or day, and of the one that is no longer counted. */
  from: Date;
  to: Date;
  by: "hour" | "day";
  groupBy: readonly CountGroup[];
  /** Only on these; null: on all. */
  routes: readonly string[] | null;
  product?: Product | undefined;
  sceneCode?: string | undefined;
};

/** So many verifications of a group, created in the hour or UTC day that begins then, have that value. */
export type Count = {
  at: Date;
  /** Null where it was not asked to tell them apart. */
  route: string | null;
  product: Product | null;
  /** Empty for none. */
  sceneCode: string | null;
  measure: (typeof MEASURES)[number];
  /** Of `seconds`: n stands for times up to 10^(n / {@link STEPS_BY_DECADE}) seconds. */
  value: string;
  count: number;
};

/** What was counted, summed by hour or UTC day and group, in order of time. */
export async function readCounts({ sql }: Db, query: CountQuery): Promise<Count[]> {
  const { from, to, by, groupBy, routes, product, sceneCode } = query;
  const grouped = (name: CountGroup, column: string) => (groupBy.includes(name) ? sql(column) : sql`null::text`);
  const [table, at] = by === "day" ? [sql`verification_day_counts`, sql`day`] : [sql`verification_counts`, sql`hour`];
  const rows = await sql<(Omit<Count, "at"> & { ms: number })[]>`
    select extract(epoch from ${at})::float8 * 1000 as ms, ${grouped("route", "route")} as route,
      ${grouped("product", "product")} as product, ${grouped("sceneCode", "scene_code")} as "sceneCode",
      measure, value, sum(count)::float8 as count
    from ${table}
    where ${at} >= ${from.toISOString()}::timestamptz and ${at} < ${to.toISOString()}::timestamptz
      ${routes ? sql`and route = any(${[...routes]}::text[])` : sql``}
      ${product === undefined ? sql`` : sql`and product = ${product}`}
      ${sceneCode === undefined ? sql`` : sql`and scene_code = ${sceneCode}`}
    group by 1, 2, 3, 4, 5, 6
    order by 1, 2, 3, 4, 5, 6`;
  return rows.map(({ ms, ...row }) => ({ at: new Date(ms), ...row }));
}
