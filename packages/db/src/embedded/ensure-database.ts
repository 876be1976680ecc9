import postgres from "postgres";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";

const WRONG_PASSWORD = "28P01";
const NO_SUCH_DATABASE = "3D000";

/** Makes the database `verdict` unless it is there, and so proves that the password opens the data. */
export async function ensureDatabase(url: string, dataDir: string): Promise<void> {
  try {
    await once(url, (sql) => sql`select 1`);
  } catch (error) {
    switch ((error as { code?: string }).code) {
      case NO_SUCH_DATABASE: {
        const maintenance = new URL(url);
        maintenance.pathname = "/postgres";
        await once(maintenance.href, (sql) => sql`create database verdict`);
        return;
      }
      case WRONG_PASSWORD:
        throw new EmbeddedPostgresError(
          `The data in ${dataDir} was made with another password than the one at hand. ` +
            "Bring back the secret it was made with, or move the folder away to begin anew.",
        );
      default:
        throw error;
    }
  }
}

async function once(url: string, ask: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await ask(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
