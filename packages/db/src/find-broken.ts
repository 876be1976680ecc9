import type { Db } from "./database.ts";

/** What breaks a promise: how much there is, and the ids of some. */
export type Found = { count: number; examples: string[] };

/** Counts what a query with a column `id` finds, and names the first few. One statement, so one moment. */
export async function findBroken(db: Db, limit: number, query: ReturnType<Db["sql"]>): Promise<Found> {
  const [found] = await db.sql<[Found]>`
    with broken as materialized (${query})
    select (select count(*)::int from broken) as count,
      (select coalesce(json_agg(id), '[]') from (select id from broken order by id limit ${limit}) as named) as examples`;
  return found;
}
