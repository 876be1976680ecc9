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

/** A server that cannot be reached is a setting to correct; every other failure is ours to explain in full. */
function refuse(variable: string, error: NodeJS.ErrnoException): never {
  // Node's connection errors carry a syscall, with several addresses one in each of the errors inside.
  const inner = error instanceof AggregateError ? error.errors[0] : error;
  if (inner?.syscall) throw new SettingsError(`${variable}: the server cannot be reached (${inner.code})`);
  throw error;
}
