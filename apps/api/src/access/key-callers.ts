import { type ApiKey, type Db, findApiKeyByHash, touchApiKey } from "@verdict/db";
import type { Caller } from "@verdict/domain";
import type { Logger } from "@verdict/runtime";
import { hashKey, isKey } from "./key-format.ts";

export type KeyCallersDeps = {
  db: Db;
  log: Logger;
  now: () => Date;
  /** Milliseconds of a clock that only goes forward. */
  clock?: () => number;
};

/** How long a key is believed in without asking again. A revoked one is refused everywhere within a second. */
const BELIEVED_MS = 500;
const USE_NOTED_MS = 60_000;
const HELD_MAX = 10_000;

type Held = { caller: Promise<Caller | null>; until: number };

/** Finds out whose key it is; null: nobody's, or it is good no more. Many calls at once cost one query. */
export function keyCallers({
  db,
  log,
  now,
  clock = () => performance.now(),
}: KeyCallersDeps): (key: string) => Promise<Caller | null> {
  const held = new Map<string, Held>();

  const look = async (hash: string): Promise<Caller | null> => {
    const found = await findApiKeyByHash(db, hash, now());
    if (!found) return null;
    if (now().getTime() - (found.lastUsedAt?.getTime() ?? 0) >= USE_NOTED_MS) {
      await touchApiKey(db, found.id, now()).catch((err) => log.warn({ err }, "the use of a key was not noted"));
    }
    return callerOf(found);
  };

  return (key) => {
    if (!isKey(key)) return Promise.resolve(null);
    const hash = hashKey(key);
    const at = clock();
    const known = held.get(hash);
    if (known && at < known.until) return known.caller;
    if (held.size >= HELD_MAX) held.clear();
    // Counted from before the query: what is revoked while it runs is refused in time as well.
    const caller = look(hash);
    held.set(hash, { caller, until: at + BELIEVED_MS });
    // A failure and a stranger are not remembered.
    caller.then(
      (one) => one ?? held.delete(hash),
      () => held.delete(hash),
    );
    return caller;
  };
}

const callerOf = ({ id, name, scopes, routes }: ApiKey): Caller => ({ kind: "key", id, name, scopes, routes });
