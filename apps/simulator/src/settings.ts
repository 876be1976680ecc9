import { randomBytes } from "node:crypto";
import { type EnvSource, environment, field, got, readEnv, refuseInProduction, wholeNumber } from "@verdict/runtime";
import type { SimulatorSettings } from "./simulator.ts";

const text = (expected: string, pattern: RegExp) =>
  field({ expected, parse: (value) => (pattern.test(value) ? value : got(value)) });

const own = {
  /** Loopback only, because whoever reaches the control surface can do as he likes. */
  SIMULATOR_HOST: text("a host name or address", /^[\w.:-]+$/).default("127.0.0.1"),
  /** Makes transaction ids repeatable. Not set: new ones in every process. */
  SIMULATOR_ID_SEED: text("1 to 64 letters, digits, - and _", /^[\w-]{1,64}$/).optional(),
  SIMULATOR_CALLBACK_RETRY_MS: wholeNumber(0, 3_000).default(1_000),
  SIMULATOR_LOG_ENTRIES: wholeNumber(1, 10_000_000).default(100_000),
};

const shared = {
  SIMULATOR_PORT: true,
  LOG_LEVEL: true,
  VERIFICATION_TTL_SECONDS: true,
  ALIBABA_CLOUD_ACCESS_KEY_ID: true,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: true,
} as const;

export type Settings = SimulatorSettings & { host: string; port: number; logLevel: string };

/** Reads the environment. Throws a SettingsError with one line per mistake, and in production whatever the rest says. */
export function readSettings(source: EnvSource): Settings {
  refuseInProduction("the simulator", source);
  const env = readEnv((production) => environment(production).pick(shared).extend(own), source);
  return {
    host: env.SIMULATOR_HOST,
    port: env.SIMULATOR_PORT,
    logLevel: env.LOG_LEVEL,
    accessKeys: new Map([[env.ALIBABA_CLOUD_ACCESS_KEY_ID, env.ALIBABA_CLOUD_ACCESS_KEY_SECRET]]),
    ttlSeconds: env.VERIFICATION_TTL_SECONDS,
    retryDelayMs: env.SIMULATOR_CALLBACK_RETRY_MS,
    idSeed: env.SIMULATOR_ID_SEED ?? randomBytes(16).toString("hex"),
    logEntries: env.SIMULATOR_LOG_ENTRIES,
  };
}
