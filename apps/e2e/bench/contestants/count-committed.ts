import { type Db, listReceiptBatches } from "@verdict/db";
import { unpackClaims } from "@verdict/queue";

/** So many batches are unpacked at a time. */
const AT_ONCE = 1_000;

/** Ids of the different callbacks that receivers have committed and no worker has made receipts of. */
export async function committedClaimIds(db: Db): Promise<Set<string>> {
  const rows = await db.sql<{ id: string }[]>`select id from receipt_batches`;
  const claimIds = new Set<string>();
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const ids = rows.slice(from, from + AT_ONCE).map(({ id }) => id);
    for (const { packed } of await listReceiptBatches(db, ids)) {
      for (const { id } of unpackClaims(packed).claims) claimIds.add(id);
    }
  }
  return claimIds;
}

/**
 * Counts the different callbacks Postgres holds, packed or as receipts. A worker may be at it: what it takes out of a
 * batch meanwhile is found among the receipts, which are looked at last.
 */
export async function countCommitted(db: Db): Promise<number> {
  const packed = await committedClaimIds(db);
  const [row] = await db.sql<{ count: number }[]>`
    select count(*)::int as count from receipts
    where not exists (select from unnest(${[...packed]}::uuid[]) as held (id) where held.id = receipts.id)`;
  return packed.size + (row?.count ?? 0);
}
