import { z } from "zod";
import { type EnvSource, readEnv } from "./read-env.ts";
import { SettingsError } from "./settings-error.ts";

/** Throws a SettingsError when NODE_ENV is production: for parts like the simulator that must never meet real users. */
export function refuseInProduction(what: string, source: EnvSource): void {
  if (readEnv(z.object({}), source).production) {
    throw new SettingsError(`NODE_ENV: ${what} does not run in production`);
  }
}
