import { and, eq, TransactionRollbackError } from "drizzle-orm";
import type { Db } from "./database.ts";
import type { OpaqueToken } from "./opaque-tokens.ts";
import { opaqueTokens, transitions, unsealed, verifications } from "./schema.ts";
import type { Intent, Verification } from "./verifications.ts";

/** A session that another system initialized: nothing of it is ours to ask for any more. */
export type Registration = Omit<Intent, "askingUntil"> & {
  transactionId: string;
  /** The callback token that system made, if callbacks are to be told by it. */
  opaqueToken: Pick<OpaqueToken, "tokenHash" | "expiresAt"> | null;
  registeredAt: Date;
  actor: string;
};

/**
 * Writes a registered session as `awaiting`, with its token and its first transition, or nothing at all. Null: another
 * verification of the route has its merchantBizId, its transactionId or its token.
 */
export async function createRegistered(db: Db, registration: Registration): Promise<Verification | null> {
  const { opaqueToken, registeredAt: at, actor, ...intent } = registration;
  const session = {
    ...intent,
    status: "awaiting",
    transactionSource: "initialize",
    version: 1,
    updatedAt: at,
  } as const;
  const transition = { version: 1, from: "initializing", to: "awaiting", cause: "registered", actor, at } as const;
  const write = db.orm.transaction(async (tx) => {
    const [created] = await tx.insert(verifications).values(session).onConflictDoNothing().returning();
    if (!created) return null;
    const { id: verificationId, route } = created;
    if (opaqueToken) {
      const token = { route, verificationId, ...opaqueToken };
      const kept = await tx.insert(opaqueTokens).values(token).onConflictDoNothing().returning();
      if (kept.length === 0) tx.rollback();
    }
    await tx.insert(transitions).values({ verificationId, ...transition });
    await tx.insert(unsealed).values({ rows: [["transition", `${verificationId}/${transition.version}`]] });
    return created;
  });
  return write.catch((error: unknown) => {
    if (error instanceof TransactionRollbackError) return null;
    throw error;
  });
}

export async function findByTransactionId(db: Db, route: string, transactionId: string): Promise<Verification | null> {
  const found = await db.orm
    .select()
    .from(verifications)
    .where(and(eq(verifications.route, route), eq(verifications.transactionId, transactionId)));
  return found[0] ?? null;
}
