import { sql } from "drizzle-orm";
import type { Db } from "./database.ts";
import { opaqueTokens } from "./schema.ts";
import { storableJson } from "./storable-json.ts";

/** A token another system made for a session of its own, as the hash that `opaqueTokenHash` gives. */
export type OpaqueToken = typeof opaqueTokens.$inferSelect;

/** Those of the asked tokens that are registered, expired ones too, in no particular order. One statement for a batch. */
export function findOpaqueTokens(
  db: Db,
  asked: readonly Pick<OpaqueToken, "route" | "tokenHash">[],
): Promise<OpaqueToken[]> {
  return db.orm
    .select()
    .from(opaqueTokens)
    .where(
      sql`(${opaqueTokens.route}, ${opaqueTokens.tokenHash}) in (
        select route, "tokenHash" from json_to_recordset(${storableJson(asked)}::text::json)
          as asked("route" text, "tokenHash" text))`,
    );
}
