import { type SQL, sql } from "drizzle-orm";
import type { Db } from "./database.ts";
import { verifications } from "./schema.ts";

/**
 * The verifications whose ids a query names, as they are at that moment; add an order. Their ids are gathered first and then looked
 * up: were the two sets joined, the planner might read the whole table for it.
 */
export const selectNamed = ({ orm }: Db, ids: SQL) =>
  orm.select().from(verifications).where(sql`${verifications.id} = any(array(${ids}))`);
