import { join } from "node:path";
import { migrate } from "@verdict/db";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@verdict/db/embedded";
import { migrateQueue } from "@verdict/queue";

/** A Postgres that syncs what it commits, with the schemas of this version. May be started again on the same data. */
export async function startDurablePostgres(folder: string, port?: number): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, "postgres"),
    password: "test",
    ...(port !== undefined && { port }),
  });
  await migrate(postgres.url);
  await migrateQueue(postgres.url);
  return postgres;
}
