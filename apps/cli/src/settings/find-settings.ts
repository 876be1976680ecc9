import { resolve } from "node:path";
import { type EnvSource, environment, readEnv } from "@verdict/runtime";
import { findSecrets } from "../stack/secrets.ts";
import { withStandIns } from "../stack/settings.ts";
import { readStack, type Stack } from "../stack/stack-file.ts";

/** What a command has to go by: the environment, and whatever `npm start` has made or runs on DATA_DIR. */
export type FoundSettings = {
  production: boolean;
  /** Absolute. */
  dataDir: string;
  /** Variables by name, not yet checked. What was given comes before what the stack says. */
  given: EnvSource;
  /** The stack that runs on this data; null: none. */
  running: Stack | null;
};

/** Writes nothing and makes up nothing. Throws a SettingsError when DATA_DIR or the secrets in it cannot be read. */
export function findSettings(source: EnvSource): FoundSettings {
  const { DATA_DIR, production } = readEnv(environment(false).pick({ DATA_DIR: true }), source);
  const dataDir = resolve(DATA_DIR);
  const running = readStack(dataDir);
  const given = withStandIns(source, production ? null : findSecrets(dataDir));
  return { production, dataDir, running, given: { ...(running && saidBy(running, given)), ...given } };
}

function saidBy({ databaseUrl, queueUrl, queuePrefix, urls, settings }: Stack, given: EnvSource): EnvSource {
  // Another database than the stack's has a queue of its own, too.
  const queue = given.DATABASE_URL && given.DATABASE_URL !== databaseUrl ? undefined : queueUrl;
  return {
    DATABASE_URL: databaseUrl,
    QUEUE_URL: queue,
    QUEUE_PREFIX: queuePrefix,
    PUBLIC_CALLBACK_BASE_URL: urls.receiver,
    PROVIDER_ENDPOINT: urls.simulator,
    VERIFICATION_TTL_SECONDS: String(settings.verificationTtlSeconds),
    EXPIRY_GRACE_SECONDS: String(settings.expiryGraceSeconds),
  };
}
