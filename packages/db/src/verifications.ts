import type { Product, VerificationSnapshot } from "@verdict/domain";
import { and, eq, inArray, lt, or, sql } from "drizzle-orm";
import type { Db } from "./database.ts";
import { verifications } from "./schema.ts";

export type Verification = typeof verifications.$inferSelect;

/** What is known before the provider is called. */
export type Intent = {
  id: string;
  route: string;
  product: Product;
  merchantBizId: string;
  merchantUserHash: string;
  sceneCode: string | null;
  /** As the provider is asked for it; absent where that is not known. */
  securityLevel?: string | null;
  requestHash: string;
  createdAt: Date;
  expiresAt: Date;
  /** When the sweep looks after it, should nobody else. */
  nextCheckAt: Date;
  /** Until when the caller holds it to call Initialize. */
  askingUntil: Date;
};

/** Writes the intent. Null: that merchantBizId is taken on this route, and nothing was written. */
export async function createVerification(db: Db, intent: Intent): Promise<Verification | null> {
  const created = await db.orm
    .insert(verifications)
    .values({ ...intent, status: "initializing", updatedAt: intent.createdAt })
    .onConflictDoNothing({ target: [verifications.route, verifications.merchantBizId] })
    .returning();
  return created[0] ?? null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Null as well for text that cannot be an id. */
export async function findVerification(db: Db, id: string): Promise<Verification | null> {
  if (!UUID.test(id)) return null;
  const found = await db.orm.select().from(verifications).where(eq(verifications.id, id));
  return found[0] ?? null;
}

/** The same, kept from changing until the transaction ends. */
export async function lockVerification(tx: Db, id: string): Promise<Verification | null> {
  if (!UUID.test(id)) return null;
  const found = await tx.orm.select().from(verifications).where(eq(verifications.id, id)).for("update");
  return found[0] ?? null;
}

/** Those that there are, in any order. */
export const findVerifications = (db: Db, ids: readonly string[]): Promise<Verification[]> =>
  db.orm
    .select()
    .from(verifications)
    .where(inArray(verifications.id, [...ids]));

export async function findByMerchantBizId(db: Db, route: string, merchantBizId: string): Promise<Verification | null> {
  const found = await db.orm
    .select()
    .from(verifications)
    .where(and(eq(verifications.route, route), eq(verifications.merchantBizId, merchantBizId)));
  return found[0] ?? null;
}

/**
 * Takes the right to ask the provider about a verification, so that one process does at a time. Null: somebody else
 * holds it, or there is no such verification. Settling gives it back; so does `until`, should the process die.
 */
export async function leaseVerification(db: Db, id: string, now: Date, until: Date): Promise<Verification | null> {
  const leased = await db.orm
    .update(verifications)
    .set({ askingUntil: until })
    .where(
      and(eq(verifications.id, id), or(sql`${verifications.askingUntil} is null`, lt(verifications.askingUntil, now))),
    )
    .returning();
  return leased[0] ?? null;
}

/** Keeps the right to ask for longer, for whoever has it. */
export async function keepVerification(db: Db, id: string, until: Date): Promise<void> {
  await db.orm.update(verifications).set({ askingUntil: until }).where(eq(verifications.id, id));
}

/** Gives the right to ask back. */
export const releaseVerification = (db: Db, id: string): Promise<void> => releaseVerifications(db, [id]);

/** The same for several at once, and says when they are to be asked about next. */
export async function releaseVerifications(db: Db, ids: readonly string[], nextCheckAt?: Date): Promise<void> {
  await db.orm
    .update(verifications)
    .set({ askingUntil: null, ...(nextCheckAt && { nextCheckAt }) })
    .where(inArray(verifications.id, [...ids]));
}

/** The part of a row that decisions need. */
export const snapshotOf = (row: Verification): VerificationSnapshot => ({
  id: row.id,
  route: row.route,
  product: row.product,
  status: row.status,
  version: row.version,
  transactionId: row.transactionId,
  claim:
    row.claimPassed === null || row.claimSubCode === null
      ? null
      : { passed: row.claimPassed, subCode: row.claimSubCode },
  claimedAt: row.claimedAt,
  result: row.passed === null ? null : { passed: row.passed, subCode: row.subCode },
  errorCode: row.errorCode,
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
});
