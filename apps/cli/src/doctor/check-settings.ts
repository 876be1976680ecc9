import {
  type EnvSource,
  environment,
  readAlertSettings,
  readCallbackRoutes,
  readClientAddressTrust,
  readEnv,
  readOidc,
  readRoutes,
  readTogether,
  SettingsError,
} from "@verdict/runtime";
import { type Finding, findingsAbout } from "./finding.ts";

const { ok, fail } = findingsAbout("settings");

/** A line for every mistake in what any app reads. */
export function checkSettings(given: EnvSource): Finding[] {
  try {
    readTogether({
      env: () => readEnv(allButRoutes, given),
      routes: () => readRoutes(given),
      callbackRoutes: () => readCallbackRoutes(given),
      trust: () => readClientAddressTrust(given),
      oidc: () => readOidc(given),
      alerts: () => readAlertSettings(given),
    });
    return [ok("all are right")];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.lines.map((line) => fail(line, "correct it; README, Settings, says what each one means"));
  }
}

/** What the routes are made of they read themselves, since a file may stand in for it. */
const allButRoutes = (production: boolean) =>
  environment(production).omit({
    CALLBACK_TOKEN_KEYS: true,
    ALIBABA_CLOUD_ACCESS_KEY_ID: true,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: true,
  });

/** What a reader gives; null where a mistake stands in its way, of which `checkSettings` has told. */
export function ifReadable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof SettingsError) return null;
    throw error;
  }
}
