import { type SQL, sql } from "drizzle-orm";
import type { Db } from "./database.ts";
import { isUuid } from "./is-uuid.ts";
import { selectNamed } from "./load-named.ts";
import type { Verification } from "./verifications.ts";

/**
 * The verifications that any of the ids names, in any order: ours, the provider's transaction ids, or merchantBizIds. On several
 * routes one id may name several. Only those on `routes`; null: on all.
 */
export async function findVerificationsByIds(
  db: Db,
  ids: readonly string[],
  routes: readonly string[] | null = null,
): Promise<Verification[]> {
  const found = await selectNamed(db, idsNamed(ids));
  return routes ? found.filter(({ route }) => routes.includes(route)) : found;
}

/** Our ids of what is named, each looked up by its own index. */
export function idsNamed(ids: readonly string[]): SQL {
  const by = (column: SQL) => sql`
    select v.id from unnest(${sql.param([...ids])}::text[]) as asked
      cross join lateral (select id from verifications where ${column} = asked offset 0) v`;
  const own = sql`select asked::uuid as id from unnest(${sql.param(ids.filter(isUuid))}::text[]) as asked`;
  return sql`${own} union ${by(sql`transaction_id`)} union ${by(sql`merchant_biz_id`)}`;
}
