import type { Silence } from "@verdict/domain";
import { and, desc, eq, gt, sql } from "drizzle-orm";
import { lookAtOpenGroups } from "./alert-groups.ts";
import type { Db } from "./database.ts";
import { recordHumanAction } from "./human-actions.ts";
import { inTransaction } from "./in-transaction.ts";
import { isUuid } from "./is-uuid.ts";
import { silences } from "./schema.ts";

export type SilenceRow = typeof silences.$inferSelect;

export type NewSilence = Omit<SilenceRow, "endedBy">;

/** Writes a silence, with who wants it and why on record. */
export const createSilence = (db: Db, silence: NewSilence): Promise<SilenceRow> =>
  inTransaction(db, async (tx) => {
    const [created] = await tx.orm.insert(silences).values(silence).returning();
    if (!created) throw new Error("A silence was not written.");
    const { id, rule, route, severity, reason, createdBy, createdAt, startsAt, expiresAt } = created;
    await recordHumanAction(tx.orm, {
      ...{
        at: createdAt,
        actor: createdBy,
        action: "silence.create",
        subject: id,
        route,
        verificationId: null,
        reason,
      },
      ...{ before: null, after: { rule, severity, startsAt, expiresAt } },
    });
    return created;
  });

/** Ends a silence now: what it kept from being told is told if it still goes on. Null: it was over, or there is none. */
export async function endSilence(db: Db, id: string, { by, at }: { by: string; at: Date }): Promise<SilenceRow | null> {
  if (!isUuid(id)) return null;
  return inTransaction(db, async (tx) => {
    const [ended] = await tx.orm
      .update(silences)
      .set({ expiresAt: at, startsAt: sql`least(starts_at, ${at.toISOString()}::timestamptz)`, endedBy: by })
      .where(and(eq(silences.id, id), gt(silences.expiresAt, at)))
      .returning();
    if (!ended) return null;
    const { route } = ended;
    await recordHumanAction(tx.orm, {
      ...{ at, actor: by, action: "silence.end", subject: id, route, verificationId: null, reason: null },
      ...{ before: { status: "active" }, after: { status: "over" } },
    });
    await lookAtOpenGroups(tx, at);
    return ended;
  });
}

/** Those in force at that moment, as decisions need them. */
export const listActiveSilences = (db: Db, now: Date): Promise<Silence[]> =>
  db.orm
    .select()
    .from(silences)
    .where(and(gt(silences.expiresAt, now), sql`${silences.startsAt} <= ${now.toISOString()}::timestamptz`));

/** The latest, newest first; those that are over only if `all`. */
export const listSilences = (db: Db, { now, all, limit }: { now: Date; all: boolean; limit: number }) =>
  db.orm
    .select()
    .from(silences)
    .where(all ? undefined : gt(silences.expiresAt, now))
    .orderBy(desc(silences.createdAt), desc(silences.id))
    .limit(limit);
