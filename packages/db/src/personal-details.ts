import type { DetailClass } from "@verdict/domain";
import { asc, eq } from "drizzle-orm";
import type { Db } from "./database.ts";
import { personalDetails } from "./schema.ts";

/** One encrypted detail as it is kept. */
export type StoredDetail = typeof personalDetails.$inferSelect;

export const listDetails = (db: Db, verificationId: string): Promise<StoredDetail[]> =>
  db.orm
    .select()
    .from(personalDetails)
    .where(eq(personalDetails.verificationId, verificationId))
    .orderBy(asc(personalDetails.class), asc(personalDetails.field));

/** How many details each key encrypts. A key that is not among them is needed no more. */
export const countDetailsByKey = (db: Db): Promise<{ kid: string; details: number }[]> =>
  db.sql<{ kid: string; details: number }[]>`
    select key_id as kid, count(*)::float8 as details from personal_details group by key_id order by key_id`;

type DetailKey = { verificationId: string; class: DetailClass; field: string };

/** Up to `limit` details that another key than `kid` encrypts, in a fixed order, beginning after `after`. */
export const listDetailsOfKey = (
  db: Db,
  kid: string,
  limit: number,
  after: DetailKey | null,
): Promise<(DetailKey & { envelope: string })[]> =>
  db.sql<(DetailKey & { envelope: string })[]>`
    select verification_id as "verificationId", class, field, envelope from personal_details
    where key_id = ${kid} ${
      after
        ? db.sql`and (verification_id, class, field) > (${after.verificationId}::uuid, ${after.class}, ${after.field})`
        : db.sql``
    }
    order by verification_id, class, field limit ${limit}`;

export type ReplacedEnvelope = DetailKey & { from: string; to: string };

/** Exchanges envelopes in one statement. One that has changed meanwhile, or is gone, is left alone. Returns how many it exchanged. */
export async function replaceEnvelopes(db: Db, kid: string, replaced: readonly ReplacedEnvelope[]): Promise<number> {
  const done = await db.sql`
    update personal_details d set envelope = r."to", key_id = ${kid}
    from json_to_recordset(${JSON.stringify(replaced)}::text::json) as r(
      "verificationId" uuid, "class" text, "field" text, "from" text, "to" text)
    where d.verification_id = r."verificationId" and d.class = r.class and d.field = r.field and d.envelope = r."from"`;
  return done.count;
}
