import { randomUUIDv7 } from "node:crypto";
import { type Db, insertFirstPerson, insertPerson, type Person, resetPassword } from "@verdict/db";
import type { Reach, Role } from "@verdict/domain";
import { hashPassword, randomPassword } from "./passwords.ts";

/** Who adds a person, and why. */
type By = { by: string; at: Date; reason?: string | null };

export type AddPersonRequest = { name: string; email: string; role: Role; routes: Reach };

/** Somebody with the password he first signs in with. It is told once and kept nowhere. */
export type PersonWithPassword = { person: Person; password: string };

/** Makes a person with a one-time password: he has to choose his own before he can do anything. Null: somebody has that address. */
export async function addPerson(db: Db, request: AddPersonRequest, by: By): Promise<PersonWithPassword | null> {
  const { row, password } = await prepare(request, { mustChangePassword: true });
  const person = await insertPerson(db, row, by);
  return person && { person, password };
}

/**
 * Makes the first person, an admin. His password is as good as one of his own, since only whoever installed this has seen it.
 * Null: there is somebody.
 */
export async function addFirstAdmin(db: Db, email: string, by: By): Promise<PersonWithPassword | null> {
  const request = { name: "First admin", email, role: "admin", routes: null } as const;
  const { row, password } = await prepare(request, { mustChangePassword: false });
  const person = await insertFirstPerson(db, row, by);
  return person && { person, password };
}

async function prepare(
  { name, email, role, routes }: AddPersonRequest,
  { mustChangePassword }: { mustChangePassword: boolean },
) {
  const password = randomPassword();
  const row = {
    ...{ id: randomUUIDv7(), name, email: email.toLowerCase(), role, routes: routes && [...routes] },
    ...{ mustChangePassword, passwordHash: await hashPassword(password) },
  };
  return { row, password };
}

/** Gives a person a new one-time password, and takes his second factor away if asked to. Null: there is no such person. */
export async function resetPersonPassword(
  db: Db,
  id: string,
  { dropSecondFactor }: { dropSecondFactor: boolean },
  by: By,
): Promise<PersonWithPassword | null> {
  const password = randomPassword();
  const passwordHash = await hashPassword(password);
  const person = await resetPassword(db, id, { passwordHash, dropSecondFactor }, by);
  return person && { person, password };
}
