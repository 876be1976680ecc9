import type { Reach } from "@verdict/domain";
import type { Db } from "./database.ts";
import { firstIdAt } from "./first-id-at.ts";

/** How many sessions had their first callback since then. Reads the latest stretch of the events' own index. */
export async function countClaims({ sql }: Db, since: Date, routes: Reach): Promise<number> {
  const [counted] = await sql<[{ count: number }]>`
    select count(*)::int as count from events
    where id >= ${firstIdAt(since)}::uuid and type = 'verification.claimed'
      ${routes ? sql`and route = any(${[...routes]}::text[])` : sql``}`;
  return counted.count;
}
