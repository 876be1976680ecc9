import { eventOnMove } from "@verdict/domain";
import { and, eq, TransactionRollbackError } from "drizzle-orm";
import type { Db } from "./database.ts";
import { inTransaction } from "./in-transaction.ts";
import type { OpaqueToken } from "./opaque-tokens.ts";
import { opaqueTokens, transitions, unsealed, verifications } from "./schema.ts";
import type { Intent, Verification } from "./verifications.ts";
import { verificationEvents, writeEvents } from "./write-events.ts";

/** A session that another system initialized: nothing of it is ours to ask for any more. */
export type Registration = Omit<Intent, "askingUntil"> & {
  transactionId: string;
  /** The callback token that system made, if callbacks are to be told by it. */
  opaqueToken: Pick<OpaqueToken, "tokenHash" | "expiresAt"> | null;
  registeredAt: Date;
  actor: string;
};

/**
 * Writes a registered session as `awaiting`, with its token, its first transition and its event, or nothing at all. Null: another
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
  const write = inTransaction(db, async ({ orm, sql }) => {
    const [created] = await orm.insert(verifications).values(session).onConflictDoNothing().returning();
    if (!created) return null;
    const { id: verificationId, route } = created;
    if (opaqueToken) {
      const token = { route, verificationId, ...opaqueToken };
      const kept = await orm.insert(opaqueTokens).values(token).onConflictDoNothing().returning();
      if (kept.length === 0) throw new TransactionRollbackError();
    }
    await orm.insert(transitions).values({ verificationId, ...transition });
    await orm.insert(unsealed).values({ rows: [["transition", `${verificationId}/${transition.version}`]] });
    const moved = sql`(
      select v.*, t.version as move_version, t.to_status, t.cause, t.at as moved_at, ${eventOnMove(transition.to)}::text as event
      from transitions t join verifications v on v.id = t.verification_id where t.verification_id = ${verificationId})`;
    const told = verificationEvents(sql, moved, null);
    await sql`with ${writeEvents(sql, told)} select count(*) from rung`;
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
