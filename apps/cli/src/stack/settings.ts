import { resolve } from "node:path";
import {
  type Environment,
  type EnvSource,
  environment,
  readCallbackRoutes,
  readClientAddressTrust,
  readEnv,
  readOidc,
  readRoutes,
  readTogether,
  SettingsError,
} from "@verdict/runtime";
import type { App } from "./apps.ts";
import { loadSecrets, type Secrets, standInKeys } from "./secrets.ts";

/** What `npm start` has read and checked before it starts anything. */
export type StackSettings = {
  production: boolean;
  /** Absolute. */
  dataDir: string;
  /** The secrets for development; null in production. */
  secrets: Secrets | null;
  /** The environment, secrets filled in. */
  given: EnvSource;
  env: Omit<Environment, "DATABASE_URL" | "PUBLIC_CALLBACK_BASE_URL"> & {
    DATABASE_URL?: string | undefined;
    PUBLIC_CALLBACK_BASE_URL?: string | undefined;
  };
  apps: readonly App[];
};

/** Reads and checks every setting of every app. Writes nothing. Throws one SettingsError with a line per mistake. */
export function readStackSettings(source: EnvSource, apps: readonly App[]): StackSettings {
  const { DATA_DIR, production } = readEnv(environment(false).pick({ DATA_DIR: true }), source);
  const dataDir = resolve(DATA_DIR);
  const secrets = production ? null : loadSecrets(dataDir);
  const given = withStandIns(source, secrets);
  const started = apps.filter((app) => !(production && app.developmentOnly));

  const { env } = readTogether({
    env: () => readEnv(stackEnvironment, given),
    routes: () => readRoutes(given),
    callbackRoutes: () => readCallbackRoutes(given),
    trust: () => readClientAddressTrust(given),
    oidc: () => readOidc(given),
    ports: () => checkDistinct(started, given),
    credentials: () => checkCredentials(source, production),
  });
  return { production, dataDir, secrets, given, env, apps: started };
}

/** In development the database is embedded and the receiver is its own public address, unless told otherwise. */
const stackEnvironment = (production: boolean) => {
  const all = environment(production);
  return production ? all : all.partial({ DATABASE_URL: true, PUBLIC_CALLBACK_BASE_URL: true });
};

/** What is set, and in development what `npm start` makes for whatever is not. */
export const withStandIns = (source: EnvSource, secrets: Secrets | null): EnvSource =>
  secrets ? { ...standIns(source, secrets), ...present(source) } : present(source);

const present = (source: EnvSource) => Object.fromEntries(Object.entries(source).filter(([, value]) => value));

function standIns(source: EnvSource, secrets: Secrets): EnvSource {
  const { ALIBABA_CLOUD_ACCESS_KEY_ID: id, ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret } = source;
  return {
    CALLBACK_TOKEN_KEYS: `k1:${secrets.callbackTokenSecret}`,
    MERCHANT_USER_PEPPER: secrets.merchantUserPepper,
    DATA_ENCRYPTION_KEYS: standInKeys(secrets),
    AUTH_SECRET: secrets.authSecret,
    API_BOOTSTRAP_KEY: secrets.operatorKey,
    // Half of a real pair with half of ours would only puzzle.
    ...(id || secret
      ? {}
      : {
          ALIBABA_CLOUD_ACCESS_KEY_ID: secrets.providerAccessKeyId,
          ALIBABA_CLOUD_ACCESS_KEY_SECRET: secrets.providerAccessKeySecret,
        }),
  };
}

/** The real provider knows nothing of our stand-in credentials. */
function checkCredentials(source: EnvSource, production: boolean): void {
  const endpoint = source.PROVIDER_ENDPOINT ? URL.parse(source.PROVIDER_ENDPOINT) : null;
  if (production || !endpoint || source.ROUTES_FILE || isLoopback(endpoint.hostname)) return;
  const missing = ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"].filter((name) => !source[name]);
  if (missing.length === 2) {
    throw new SettingsError(missing.map((name) => `${name}: not set; PROVIDER_ENDPOINT ${endpoint.host} asks for it`));
  }
}

const isLoopback = (host: string) => host === "localhost" || host === "[::1]" || /^127\./.test(host);

function checkDistinct(apps: readonly App[], given: EnvSource): void {
  const ports = readEnv(environment(false).pick({ RECEIVER_PORT: true, API_PORT: true, SIMULATOR_PORT: true }), given);
  const names = apps.flatMap(({ port }) => port ?? []);
  const lines = names.flatMap((name, index) => {
    const earlier = names.slice(0, index).find((other) => ports[other] === ports[name] && ports[name] !== 0);
    return earlier ? `${name}: ${ports[name]} is also ${earlier}; every app needs a port of its own` : [];
  });
  if (lines.length > 0) throw new SettingsError(lines);
}
