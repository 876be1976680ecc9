import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@verdict/db";
import { startEmbeddedPostgres } from "@verdict/db/embedded";
import { createDatabase } from "./create-database.ts";
import { startPooler } from "./pooler.ts";
import { startRedis } from "./redis-server.ts";
import { TEMPLATE_DATABASE } from "./test-database.ts";

/**
 * One Postgres for the whole run, with a migrated template that each test file's database is cloned from; and a Redis,
 * where the machine has a redis-server. Both on free ports, in a temporary folder, gone afterwards. With TEST_POOLER set,
 * what tests ask of their databases goes through PgBouncer in transaction mode.
 */
export default async function setup() {
  const folder = await mkdtemp(join(tmpdir(), "verdict-test-"));
  // What one process has compiled, the hundreds after it need not compile again.
  process.env.NODE_COMPILE_CACHE = join(folder, "compiled");
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, "postgres"),
    password: "test",
    settings: { fsync: "off", synchronous_commit: "off", max_connections: "300" },
  });
  process.env.TEST_POSTGRES_URL = postgres.url;
  await migrate(await createDatabase(postgres.url, TEMPLATE_DATABASE));

  const pooler = process.env.TEST_POOLER ? await startPooler(postgres.url) : null;
  if (process.env.TEST_POOLER && !pooler) throw new Error("TEST_POOLER is set, but there is no pgbouncer here.");
  if (pooler) process.env.TEST_POOLER_URL = pooler.urlOf(postgres.url);

  const redis = await startRedis({ folder });
  if (redis) process.env.TEST_REDIS_URL = redis.url;

  return async () => {
    await redis?.stop();
    await pooler?.stop();
    await postgres.stop();
    // A process that has just ended may still be adding to what it compiled.
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  };
}
