import type { Reach, Role } from "@verdict/domain";
import type { Db } from "./database.ts";

/** Somebody who may be given work: his name, and nothing that tells how to reach or to sign in as him. */
export type Colleague = { id: string; name: string; role: Role; routes: Reach };

/** More people than that are found by their names, not in a list. */
const MOST = 500;

/** The people of these roles who may sign in, by name. */
export const listColleagues = (db: Db, roles: readonly Role[]): Promise<Colleague[]> =>
  db.sql<Colleague[]>`
    select id, name, role, routes from people
    where disabled_at is null and role = any(${[...roles]}::text[])
    order by lower(name), id limit ${MOST}`;

/** The names of those that stand on record as actors, by their id; what is no id of a person or a key is left out. */
export async function findActorNames(db: Db, actors: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(actors)].filter((actor) => UUID.test(actor));
  if (ids.length === 0) return new Map();
  const found = await db.sql<{ id: string; name: string }[]>`
    select id, name from people where id = any(${ids}::uuid[])
    union all select id, name from api_keys where id = any(${ids}::uuid[])`;
  return new Map(found.map(({ id, name }) => [id, name]));
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
