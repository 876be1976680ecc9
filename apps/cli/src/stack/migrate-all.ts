import { migrate } from "@verdict/db";
import { migrateQueue } from "@verdict/queue";
import { SettingsError } from "@verdict/runtime";

/** Where the data is that a version of Verdict works on. */
export type Stores = { databaseUrl: string; queueUrl: string; queuePrefix: string };

/** Brings database and queue to this version's schema. Safe to run at any time, also by several at once. */
export async function migrateAll({ databaseUrl, queueUrl, queuePrefix }: Stores): Promise<void> {
  await migrate(databaseUrl).catch((error) => refuse("DATABASE_URL", error));
  await migrateQueue(queueUrl, queuePrefix).catch((error) => refuse("QUEUE_URL", error));
}

/** What drivers and node:net tell about a failure. */
type StoreError = Error & { code?: string; syscall?: string; severity?: string; errors?: StoreError[] };

/** A server that is not there or turns us away is a setting to correct; every other failure is told in full. */
function refuse(variable: string, error: StoreError): never {
  // A host with several addresses fails with one error for each.
  const { code, syscall, severity, message } = error.errors?.[0] ?? error;
  if (syscall || code === "CONNECT_TIMEOUT")
    throw new SettingsError(`${variable}: the server cannot be reached (${code})`);
  // Postgres ends a session this way only before it has begun: wrong password, no such database.
  if (severity === "FATAL") throw new SettingsError(`${variable}: the server refuses: ${message}`);
  throw error;
}
