import { asc, eq } from "drizzle-orm";
import { lookAtOpenGroups } from "./alert-groups.ts";
import type { Db } from "./database.ts";
import { recordHumanAction } from "./human-actions.ts";
import { inTransaction } from "./in-transaction.ts";
import { isUuid } from "./is-uuid.ts";
import { channels } from "./schema.ts";

export type Channel = typeof channels.$inferSelect;

/** Who changes a channel. */
type By = { by: string; at: Date };

/** Those that alerts are told to. */
export const listEnabledChannels = (db: Db): Promise<Channel[]> =>
  db.orm.select().from(channels).where(eq(channels.enabled, true)).orderBy(asc(channels.step), asc(channels.name));

export const listChannels = (db: Db): Promise<Channel[]> => db.orm.select().from(channels).orderBy(asc(channels.name));

/** Null as well for text that cannot be an id. */
export async function findChannel(db: Db, id: string): Promise<Channel | null> {
  if (!isUuid(id)) return null;
  const found = await db.orm.select().from(channels).where(eq(channels.id, id));
  return found[0] ?? null;
}

/** Writes a channel. Alerts that are open are told to it as well. Null: its name is taken. */
export const createChannel = (db: Db, channel: Channel, by: string): Promise<Channel | null> =>
  inTransaction(db, async (tx) => {
    const [created] = await tx.orm.insert(channels).values(channel).onConflictDoNothing().returning();
    if (created) await changed(tx, "channel.create", null, created, { by, at: channel.createdAt });
    return created ?? null;
  });

export type ChannelChanges = Partial<Omit<Channel, "id" | "createdAt" | "updatedAt">>;

/** Changes a channel. Null: there is none. Throws when another one has that name. */
export async function changeChannel(
  db: Db,
  id: string,
  changes: ChannelChanges,
  { by, at }: By,
): Promise<Channel | null> {
  if (!isUuid(id)) return null;
  return inTransaction(db, async (tx) => {
    const [before] = await tx.orm.select().from(channels).where(eq(channels.id, id)).for("update");
    if (!before) return null;
    const set = { ...changes, updatedAt: at };
    const [after] = await tx.orm.update(channels).set(set).where(eq(channels.id, id)).returning();
    if (after) await changed(tx, "channel.change", before, after, { by, at });
    return after ?? null;
  });
}

/** Deletes a channel; what was told to it stays on record. False: there is none. */
export async function deleteChannel(db: Db, id: string, { by, at }: By): Promise<boolean> {
  if (!isUuid(id)) return false;
  return inTransaction(db, async (tx) => {
    const [before] = await tx.orm.delete(channels).where(eq(channels.id, id)).returning();
    if (before) await changed(tx, "channel.delete", before, null, { by, at });
    return before !== undefined;
  });
}

/** Puts a change on record, without configuration, which may hold secrets, and has open alerts told by the new channels. */
async function changed(tx: Db, action: string, before: Channel | null, after: Channel | null, { by, at }: By) {
  await recordHumanAction(tx.orm, {
    ...{ at, actor: by, action, subject: (after ?? before)?.id ?? "", route: null, verificationId: null, reason: null },
    ...{ before: before && outline(before), after: after && outline(after) },
  });
  await lookAtOpenGroups(tx, at);
}

const outline = ({ name, kind, severities, routes, step, enabled }: Channel) => ({
  ...{ name, kind, severities, routes, step, enabled },
});

/** Whether a change failed because another channel has that name. */
export const isChannelNameTaken = (error: unknown): boolean => {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("constraint_name" in at && at.constraint_name === "channels_name_unique") return true;
  }
  return false;
};
