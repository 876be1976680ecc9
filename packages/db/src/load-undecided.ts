import { and, eq, inArray, type Param, type Placeholder, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Db } from "./database.ts";
import { receiptInbox, receipts, transitions, verifications } from "./schema.ts";
import type { Verification } from "./verifications.ts";

/** A receipt that waits for its decision. */
export type Undecided = {
  receipt: typeof receipts.$inferSelect;
  /**
   * The one the receipt's token names, if we have it. A token of another system may name nothing of ours: then the session
   * that was registered with the receipt's transaction.
   */
  verification: Verification | null;
  /** Whether the transaction the receipt names belongs to another verification. */
  transactionTaken: boolean;
};

const holder = alias(verifications, "holder");

/**
 * Loads, in the order they came, those of the given receipts that are not decided yet. One statement, and a second one when
 * a receipt names a transaction we know under a token we do not.
 */
export async function loadUndecided(db: Db, receiptIds: readonly string[]): Promise<Undecided[]> {
  const rows = await (db.pooled
    ? queryOf(db.orm, sql.param([...receiptIds]))
    : loadReceipts(db).execute({ receiptIds }));
  // A token is bound to its route, so the two cannot differ; should they ever, nothing crosses over.
  const isNamed = ({ receipt, verification }: (typeof rows)[number]) => verification?.route === receipt.route;
  const holders = rows.flatMap((row) => (isNamed(row) ? [] : (row.holder ?? [])));
  const registered = holders.length > 0 ? await findRegistered(db, holders) : null;
  return rows.map((row) => {
    const { receipt, verification, holder } = row;
    const adopter = isNamed(row) ? null : registered?.get(holder ?? "");
    return {
      receipt,
      transactionTaken: !adopter && holder !== null && holder !== receipt.verificationId,
      verification: isNamed(row) ? verification : (adopter ?? null),
    };
  });
}

/** Prepared once for each pool: planning it takes longer than carrying it out for a few receipts. */
function loadReceipts({ orm }: Db): ReturnType<typeof prepareLoad> {
  const known = PREPARED.get(orm);
  if (known) return known;
  const prepared = prepareLoad(orm);
  PREPARED.set(orm, prepared);
  return prepared;
}

const PREPARED = new WeakMap<Db["orm"], ReturnType<typeof prepareLoad>>();

const prepareLoad = (orm: Db["orm"]) => queryOf(orm, sql.placeholder("receiptIds")).prepare("load_undecided");

const queryOf = (orm: Db["orm"], ids: Param | Placeholder) =>
  orm
    .select({ receipt: receipts, verification: verifications, holder: holder.id })
    .from(receipts)
    .innerJoin(receiptInbox, eq(receiptInbox.receiptId, receipts.id))
    .leftJoin(verifications, eq(verifications.id, receipts.verificationId))
    .leftJoin(holder, and(eq(holder.route, receipts.route), eq(holder.transactionId, receipts.transactionId)))
    // What was given up waits for a person: should its callback come again, it would only break the batch of others.
    .where(sql`${receipts.id} = any(${ids}::uuid[]) and ${receiptInbox.dueAt} < 'infinity'`)
    .orderBy(receipts.receivedAt, receipts.id);

/** Those of the verifications that were registered, by id. */
async function findRegistered(db: Db, ids: readonly string[]): Promise<Map<string, Verification>> {
  const rows = await db.orm
    .select({ verification: verifications })
    .from(verifications)
    .innerJoin(transitions, and(eq(transitions.verificationId, verifications.id), eq(transitions.cause, "registered")))
    .where(inArray(verifications.id, [...ids]));
  return new Map(rows.map(({ verification }) => [verification.id, verification]));
}
