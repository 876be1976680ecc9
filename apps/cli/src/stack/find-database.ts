import { type Db, isDatabaseAway, openDatabase } from "@verdict/db";
import { type EnvSource, environment, readEnv, SettingsError } from "@verdict/runtime";
import { readStack } from "./stack-file.ts";

/** Works on the database that DATABASE_URL names, else on that of the stack that runs here. Throws a SettingsError. */
export async function withDatabase<T>(source: EnvSource, work: (db: Db) => Promise<T>): Promise<T> {
  const env = readEnv(
    environment(false).pick({ DATABASE_URL: true, DATA_DIR: true }).partial({ DATABASE_URL: true }),
    source,
  );
  const url = env.DATABASE_URL ?? readStack(env.DATA_DIR)?.databaseUrl;
  if (!url) throw new SettingsError(`DATABASE_URL: not set, and nothing runs on ${env.DATA_DIR}`);
  const db = openDatabase(url, { max: 1 });
  try {
    return await work(db);
  } catch (error) {
    if (isDatabaseAway(error)) throw new SettingsError("DATABASE_URL: the server cannot be reached");
    throw error;
  } finally {
    await db.close();
  }
}
