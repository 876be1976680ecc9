import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SettingsError } from "@verdict/runtime";
import { type Secrets, saveSecrets } from "./secrets.ts";

/** Makes DATA_DIR, closed to other users, and the folder for logs in it. Returns the latter. Throws a SettingsError. */
export function openDataFolder(dataDir: string): string {
  const logs = join(dataDir, "logs");
  try {
    makeFolder(logs);
    chmodSync(dataDir, 0o700);
    return logs;
  } catch (error) {
    throw new SettingsError(`DATA_DIR: ${dataDir} cannot be made a folder of ours (${(error as Error).message})`);
  }
}

/** One level after the other: the recursive mkdir of Node 24 never ends where a file system refuses new folders. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** Keeps what a later start, another command or a person needs to get in again. */
export function keepSecrets(dataDir: string, secrets: Secrets, operatorKey: string): void {
  saveSecrets(dataDir, secrets);
  writeFileSync(join(dataDir, "operator-key"), `${operatorKey}\n`, { mode: 0o600 });
}
