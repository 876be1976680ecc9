import { and, eq, inArray } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Db } from "./database.ts";
import { receiptInbox, receipts, verifications } from "./schema.ts";
import type { Verification } from "./verifications.ts";

/** A receipt that waits for its decision, with the verification its token names, if we have it. */
export type Undecided = {
  receipt: typeof receipts.$inferSelect;
  verification: Verification | null;
  /** Whether the transaction the receipt names belongs to another verification. */
  transactionTaken: boolean;
};

const holder = alias(verifications, "holder");

/** Loads, in one statement and in the order they came, those of the given receipts that are not decided yet. */
export async function loadUndecided(db: Db, receiptIds: readonly string[]): Promise<Undecided[]> {
  const rows = await db.orm
    .select({ receipt: receipts, verification: verifications, holder: holder.id })
    .from(receipts)
    .innerJoin(receiptInbox, eq(receiptInbox.receiptId, receipts.id))
    .leftJoin(verifications, eq(verifications.id, receipts.verificationId))
    .leftJoin(holder, and(eq(holder.route, receipts.route), eq(holder.transactionId, receipts.transactionId)))
    .where(inArray(receipts.id, [...receiptIds]))
    .orderBy(receipts.receivedAt, receipts.id);
  return rows.map(({ receipt, verification, holder }) => ({
    receipt,
    transactionTaken: holder !== null && holder !== receipt.verificationId,
    // A token is bound to its route, so this cannot differ; should it ever, nothing crosses over.
    verification: verification?.route === receipt.route ? verification : null,
  }));
}
