import { migrate } from "@verdict/db";
import { migrateQueue, openQueue } from "@verdict/queue";
import { SettingsError } from "@verdict/runtime";

/** Where the data is that a version of Verdict works on. */
export type Stores = { databaseUrl: string; queueUrl: string; queuePrefix: string };

/** Brings database and queue to this version's schema. Safe to run at any time, also by several at once. */
export async function migrateAll({ databaseUrl, queueUrl, queuePrefix }: Stores): Promise<void> {
  await migrate(databaseUrl).catch((error) => refuse("DATABASE_URL", error));
  await migrateQueue(queueUrl, queuePrefix).catch((error) => refuse("QUEUE_URL", error));
  await reachQueue(queueUrl, queuePrefix);
}

/** A Redis needs no schema, so nothing so far has shown whether it is there. */
async function reachQueue(url: string, prefix: string): Promise<void> {
  const queue = openQueue({ url, prefix, timeoutMs: 3_000 });
  try {
    await queue.ping();
  } catch {
    throw new SettingsError("QUEUE_URL: the server cannot be reached");
  } finally {
    await queue.close();
  }
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
