import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SettingsError } from "@verdict/runtime";
import { z } from "zod";

const random = () => randomBytes(32).toString("base64url");

/** A secret that a later version adds is made when it is first missed. */
const made = (make: () => string = random) => z.string().min(1).default(make);

const secrets = z.object({
  databasePassword: made(),
  callbackTokenSecret: made(),
  merchantUserPepper: made(),
  dataEncryptionKey: made(),
  authSecret: made(),
  providerAccessKeyId: made(() => `sim-${randomBytes(8).toString("hex")}`),
  providerAccessKeySecret: made(),
  operatorKey: made(() => `vk_${random()}`),
});

/** The random values that stand in for settings during development. */
export type Secrets = z.output<typeof secrets>;

/**
 * The secrets kept in DATA_DIR/secrets.json, or new ones, not yet saved. Throws a SettingsError when the file is unreadable
 * or is gone while data that only it opens is still there.
 */
export function loadSecrets(dataDir: string): Secrets {
  const file = join(dataDir, "secrets.json");
  if (!existsSync(file)) {
    if (existsSync(join(dataDir, "postgres", "PG_VERSION"))) {
      throw new SettingsError(
        `DATA_DIR: ${file} is gone, and the data in ${dataDir} cannot be opened without it; ` +
          `bring it back, or move ${dataDir} away to begin anew`,
      );
    }
    return secrets.parse({});
  }
  try {
    return secrets.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new SettingsError(`DATA_DIR: ${file} is damaged; repair it, or move ${dataDir} away to begin anew`);
  }
}

/** The secrets that an earlier start has kept there; null: there are none. */
export const findSecrets = (dataDir: string): Secrets | null =>
  existsSync(join(dataDir, "secrets.json")) ? loadSecrets(dataDir) : null;

/** DATA_ENCRYPTION_KEYS as development has it. */
export const standInKeys = ({ dataEncryptionKey }: Pick<Secrets, "dataEncryptionKey">): string =>
  `d1:${dataEncryptionKey}`;

/** Saves secrets for the next start, readable by nobody else. */
export function saveSecrets(dataDir: string, value: Secrets): void {
  const file = join(dataDir, "secrets.json");
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
