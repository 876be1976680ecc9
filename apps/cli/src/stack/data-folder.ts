import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Secrets, saveSecrets } from "./secrets.ts";

/** Makes DATA_DIR, closed to other users, and the folder for logs in it. Returns the latter. */
export function openDataFolder(dataDir: string): string {
  const logs = join(dataDir, "logs");
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  chmodSync(dataDir, 0o700);
  return logs;
}

/** Keeps what a later start, another command or a person needs to get in again. */
export function keepSecrets(dataDir: string, secrets: Secrets, operatorKey: string): void {
  saveSecrets(dataDir, secrets);
  writeFileSync(join(dataDir, "operator-key"), `${operatorKey}\n`, { mode: 0o600 });
}
