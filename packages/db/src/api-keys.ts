import { and, desc, eq, getTableColumns, isNull, lte, or, sql } from "drizzle-orm";
import type { Db } from "./database.ts";
import { recordHumanAction } from "./human-actions.ts";
import { inTransaction } from "./in-transaction.ts";
import { isUuid } from "./is-uuid.ts";
import { isBehind, type Page } from "./newest-first.ts";
import { apiKeys } from "./schema.ts";

type Row = typeof apiKeys.$inferSelect;

/** A machine's key, without the hashes that tell it. */
export type ApiKey = Omit<Row, "hash" | "previousHash">;

export type NewApiKey = Pick<Row, "id" | "name" | "hash" | "prefix" | "scopes" | "routes" | "expiresAt">;

/** Who changes a key, and why. */
type By = { by: string; at: Date; reason?: string | null };

const { hash: _, previousHash: __, ...shown } = getTableColumns(apiKeys);

/** Writes a key, and on record who made it. */
export const insertApiKey = (db: Db, key: NewApiKey, { by, at, reason = null }: By): Promise<ApiKey> =>
  inTransaction(db, async (tx) => {
    const [made] = await tx.orm
      .insert(apiKeys)
      .values({ ...key, createdBy: by, createdAt: at })
      .returning(shown);
    if (!made) throw new Error("the key was not written");
    const { name, scopes, routes, expiresAt } = made;
    await recordHumanAction(tx.orm, {
      ...{ at, actor: by, action: "key.create", subject: made.id, route: null, verificationId: null, reason },
      ...{ before: null, after: { name, scopes, routes, expiresAt } },
    });
    return made;
  });

/**
 * The key with this SHA-256, if it is good at that moment: neither revoked nor expired, and if it was rotated, within the
 * time that was left to it. A look-up by hash needs no constant time: what it gives away of a hash helps nobody.
 */
export async function findApiKeyByHash(db: Db, hash: string, at: Date): Promise<ApiKey | null> {
  const now = sql`${at.toISOString()}::timestamptz`;
  const [found] = await db.orm
    .select(shown)
    .from(apiKeys)
    .where(
      and(
        or(eq(apiKeys.hash, hash), and(eq(apiKeys.previousHash, hash), sql`${apiKeys.previousGoodUntil} > ${now}`)),
        isNull(apiKeys.revokedAt),
        or(isNull(apiKeys.expiresAt), sql`${apiKeys.expiresAt} > ${now}`),
      ),
    );
  return found ?? null;
}

/** Says that a key is in use; writes at most once a minute, however often and wherever it is called. */
export async function touchApiKey(db: Db, id: string, at: Date): Promise<void> {
  const minuteAgo = new Date(at.getTime() - 60_000);
  await db.orm
    .update(apiKeys)
    .set({ lastUsedAt: at })
    .where(and(eq(apiKeys.id, id), or(isNull(apiKeys.lastUsedAt), lte(apiKeys.lastUsedAt, minuteAgo))));
}

/** All keys, newest first, also those that are no longer good. */
export const listApiKeys = (db: Db, { limit, after }: Page): Promise<ApiKey[]> =>
  db.orm
    .select(shown)
    .from(apiKeys)
    .where(after && isBehind({ openedAt: apiKeys.createdAt, id: apiKeys.id }, after))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(limit);

/** Null as well for text that cannot be an id. */
export async function findApiKey(db: Db, id: string): Promise<ApiKey | null> {
  if (!isUuid(id)) return null;
  const [found] = await db.orm.select(shown).from(apiKeys).where(eq(apiKeys.id, id));
  return found ?? null;
}

/** Whether any key is good at that moment. */
export async function hasApiKey(db: Db, at: Date): Promise<boolean> {
  const found = await db.sql`
    select from api_keys
    where revoked_at is null and (expires_at is null or expires_at > ${at.toISOString()}::timestamptz) limit 1`;
  return found.length > 0;
}

/**
 * Gives a key a new secret. The one before stays good until `goodUntil`; one that was still good from an earlier rotation
 * does not. Null: there is no such key, or it is revoked.
 */
export const rotateApiKey = (
  db: Db,
  id: string,
  secret: Pick<Row, "hash" | "prefix"> & { goodUntil: Date },
  { by, at, reason = null }: By,
): Promise<ApiKey | null> =>
  moveKey(db, id, (held) => ({
    changes: { hash: secret.hash, prefix: secret.prefix, previousHash: held.hash, previousGoodUntil: secret.goodUntil },
    action: { at, actor: by, action: "key.rotate", reason, before: { prefix: held.prefix } },
    after: { prefix: secret.prefix, previousGoodUntil: secret.goodUntil },
  }));

/** Ends a key for good. Null: there is no such key, or it was revoked before. */
export const revokeApiKey = (db: Db, id: string, { by, at, reason = null }: By): Promise<ApiKey | null> =>
  moveKey(db, id, () => ({
    changes: { revokedAt: at, revokedBy: by },
    action: { at, actor: by, action: "key.revoke", reason, before: { revoked: false } },
    after: { revoked: true },
  }));

type Move = {
  changes: Partial<Row>;
  action: { at: Date; actor: string; action: string; reason: string | null; before: object };
  after: object;
};

async function moveKey(db: Db, id: string, decide: (held: Row) => Move): Promise<ApiKey | null> {
  if (!isUuid(id)) return null;
  return inTransaction(db, async (tx) => {
    const [held] = await tx.orm.select().from(apiKeys).where(eq(apiKeys.id, id)).for("update");
    if (!held || held.revokedAt) return null;
    const { changes, action, after } = decide(held);
    const [moved] = await tx.orm.update(apiKeys).set(changes).where(eq(apiKeys.id, id)).returning(shown);
    await recordHumanAction(tx.orm, { ...action, subject: id, route: null, verificationId: null, after });
    return moved ?? null;
  });
}
