import { and, desc, eq, isNull, ne } from "drizzle-orm";
import { ADVISORY_LOCKS } from "./advisory-locks.ts";
import type { Db } from "./database.ts";
import { recordHumanAction } from "./human-actions.ts";
import { inTransaction } from "./in-transaction.ts";
import { isUuid } from "./is-uuid.ts";
import { isBehind, type Page } from "./newest-first.ts";
import { people, peopleAccounts, peopleSecondFactors, peopleSessions } from "./schema.ts";

/** Somebody who signs in. */
export type Person = typeof people.$inferSelect;

/** `email` in lower case. */
export type NewPerson = Pick<Person, "id" | "name" | "email" | "role" | "routes" | "mustChangePassword"> & {
  passwordHash: string;
};

/** Who changes a person, and why. On record stand ids, never names or addresses: evidence cannot be erased. */
type By = { by: string; at: Date; reason?: string | null };

/** Whoever adds people or takes rights away waits for others who do. */
const lockPeople = (tx: Db) => tx.sql`select pg_advisory_xact_lock(${ADVISORY_LOCKS.changingPeople})`;

/** Makes a person who signs in with a password. Null: somebody has that address. */
export const insertPerson = (db: Db, person: NewPerson, by: By): Promise<Person | null> =>
  inTransaction(db, (tx) => write(tx, person, by));

/** Makes the first person. Null: there is somebody. */
export const insertFirstPerson = (db: Db, person: NewPerson, by: By): Promise<Person | null> =>
  inTransaction(db, async (tx) => {
    await lockPeople(tx);
    return (await hasPeople(tx)) ? null : write(tx, person, by);
  });

async function write(tx: Db, person: NewPerson, { by, at, reason = null }: By): Promise<Person | null> {
  const { passwordHash, ...row } = person;
  // Whoever makes a person vouches for the address, so that the company's identity provider may be another way in.
  const all = { ...row, emailVerified: true, createdBy: by, createdAt: at, updatedAt: at };
  const [made] = await tx.orm.insert(people).values(all).onConflictDoNothing({ target: people.email }).returning();
  if (!made) return null;
  const { id, role, routes } = made;
  await tx.orm.insert(peopleAccounts).values({
    ...{ id, userId: id, providerId: "credential", accountId: id, password: passwordHash },
    ...{ createdAt: at, updatedAt: at },
  });
  await record(tx, "person.create", id, { by, at, reason }, null, { role, routes });
  return made;
}

const record = (
  tx: Db,
  action: string,
  subject: string,
  { by, at, reason = null }: By,
  before: object | null,
  after: object,
) =>
  recordHumanAction(tx.orm, {
    at,
    actor: by,
    action,
    subject,
    route: null,
    verificationId: null,
    reason,
    before,
    after,
  });

/** Whether there is anybody. */
export const hasPeople = async (db: Db): Promise<boolean> => (await db.sql`select from people limit 1`).length > 0;

/** Whether somebody who is not shut out may change people on all routes. */
export const hasActiveAdmin = async (db: Db): Promise<boolean> =>
  (await db.sql`select from people where role = 'admin' and routes is null and disabled_at is null limit 1`).length > 0;

export const listPeople = (db: Db, { limit, after }: Page): Promise<Person[]> =>
  db.orm
    .select()
    .from(people)
    .where(after && isBehind({ openedAt: people.createdAt, id: people.id }, after))
    .orderBy(desc(people.createdAt), desc(people.id))
    .limit(limit);

/** Null as well for text that cannot be an id. */
export async function findPerson(db: Db, id: string): Promise<Person | null> {
  if (!isUuid(id)) return null;
  const [found] = await db.orm.select().from(people).where(eq(people.id, id));
  return found ?? null;
}

export async function findPersonByEmail(db: Db, email: string): Promise<Person | null> {
  const [found] = await db.orm.select().from(people).where(eq(people.email, email.toLowerCase()));
  return found ?? null;
}

/** What may be changed about a person. `disabled`: he signs in no more, and his sessions end. */
export type PersonChanges = {
  name?: string | undefined;
  role?: Person["role"] | undefined;
  routes?: string[] | null | undefined;
  disabled?: boolean | undefined;
};

/**
 * Changes a person. `last_admin`: it would leave nobody who may change people on all routes; nothing was written.
 * Null: there is no such person.
 */
export async function changePerson(
  db: Db,
  id: string,
  { name, role, routes, disabled }: PersonChanges,
  by: By,
): Promise<Person | "last_admin" | null> {
  if (!isUuid(id)) return null;
  return inTransaction(db, async (tx) => {
    await lockPeople(tx);
    const [held] = await tx.orm.select().from(people).where(eq(people.id, id)).for("update");
    if (!held) return null;
    const disabledAt = disabled === undefined ? held.disabledAt : disabled ? (held.disabledAt ?? by.at) : null;
    const next = {
      ...held,
      name: name ?? held.name,
      role: role ?? held.role,
      routes: routes === undefined ? held.routes : routes,
      disabledAt,
      updatedAt: by.at,
    };
    if (isFullAdmin(held) && !isFullAdmin(next) && !(await hasOtherAdmin(tx, id))) return "last_admin";
    await tx.orm.update(people).set(next).where(eq(people.id, id));
    if (disabledAt) await tx.orm.delete(peopleSessions).where(eq(peopleSessions.userId, id));
    await record(tx, "person.change", id, by, outline(held), outline(next));
    return next;
  });
}

const outline = ({ role, routes, disabledAt }: Person) => ({ role, routes, disabled: disabledAt !== null });

const isFullAdmin = ({ role, routes, disabledAt }: Person) => role === "admin" && routes === null && !disabledAt;

async function hasOtherAdmin(tx: Db, id: string): Promise<boolean> {
  const isAdmin = and(eq(people.role, "admin"), isNull(people.routes), isNull(people.disabledAt), ne(people.id, id));
  const found = await tx.orm.select({ id: people.id }).from(people).where(isAdmin).limit(1);
  return found.length > 0;
}

/**
 * Gives a person a password that somebody else has seen: he has to change it before he can do anything. All his sessions end.
 * Takes his second factor away, too, if asked to. Null: there is no such person.
 */
export async function resetPassword(
  db: Db,
  id: string,
  { passwordHash, dropSecondFactor }: { passwordHash: string; dropSecondFactor: boolean },
  by: By,
): Promise<Person | null> {
  if (!isUuid(id)) return null;
  return inTransaction(db, async (tx) => {
    const set = { mustChangePassword: true, updatedAt: by.at, ...(dropSecondFactor && { twoFactorEnabled: false }) };
    const [changed] = await tx.orm.update(people).set(set).where(eq(people.id, id)).returning();
    if (!changed) return null;
    await tx.orm
      .insert(peopleAccounts)
      .values({
        ...{ id, userId: id, providerId: "credential", accountId: id, password: passwordHash },
        ...{ createdAt: by.at, updatedAt: by.at },
      })
      .onConflictDoUpdate({
        target: [peopleAccounts.providerId, peopleAccounts.accountId],
        set: { password: passwordHash, updatedAt: by.at },
      });
    if (dropSecondFactor) await tx.orm.delete(peopleSecondFactors).where(eq(peopleSecondFactors.userId, id));
    await tx.orm.delete(peopleSessions).where(eq(peopleSessions.userId, id));
    await record(tx, "person.reset_password", id, by, null, { secondFactorDropped: dropSecondFactor });
    return changed;
  });
}

/** Puts on record what somebody did about a person's sign-in; with `ownPassword`, that it is a password only he knows. */
export const recordSignIn = (
  db: Db,
  action: `person.${string}`,
  personId: string,
  { by, at, after = {}, ownPassword = false }: { by: string; at: Date; after?: object; ownPassword?: boolean },
): Promise<void> =>
  inTransaction(db, async (tx) => {
    const own = { mustChangePassword: false, updatedAt: at };
    if (ownPassword) await tx.orm.update(people).set(own).where(eq(people.id, personId));
    await record(tx, action, personId, { by, at }, null, after);
  });

/** Deletes sessions and challenges that ended before `before`; nobody can use them any more. */
export async function forgetEndedSessions(db: Db, before: Date): Promise<void> {
  const at = before.toISOString();
  await db.sql`delete from people_sessions where expires_at < ${at}::timestamptz`;
  await db.sql`delete from people_challenges where expires_at < ${at}::timestamptz`;
}
