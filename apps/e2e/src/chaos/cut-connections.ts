import type { Db } from "@verdict/db";
import { tellRedis } from "../tell-redis.ts";

/** Ends every connection a store has but our own. There is nothing to make whole: clients connect again. */
export async function cutConnections(store: { postgres: Db } | { redis: string }): Promise<() => Promise<void>> {
  if ("postgres" in store) {
    await store.postgres.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where pid <> pg_backend_pid() and backend_type = 'client backend'`;
  } else {
    await tellRedis(store.redis, "CLIENT KILL TYPE normal");
  }
  return async () => {};
}
