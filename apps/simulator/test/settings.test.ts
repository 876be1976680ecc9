import { SettingsError } from "@verdict/runtime";
import { expect, test } from "vitest";
import { USUAL } from "../src/behaviour.ts";
import { readSettings } from "../src/settings.ts";

const keys = { ALIBABA_CLOUD_ACCESS_KEY_ID: "ak", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret" };

test("without anything but its keys it listens on loopback, port 8082, for sessions of 30 minutes", () => {
  expect(readSettings(keys)).toMatchObject({
    host: "127.0.0.1",
    port: 8082,
    ttlSeconds: 1_800,
    behaviour: USUAL,
    frozenAt: null,
    accessKeys: new Map([["ak", "secret"]]),
  });
});

test("transaction ids differ from process to process unless a seed is given", () => {
  expect(readSettings(keys).idSeed).not.toBe(readSettings(keys).idSeed);
  expect(readSettings({ ...keys, SIMULATOR_ID_SEED: "fixed" }).idSeed).toBe("fixed");
});

test.each([
  [{ ...keys, NODE_ENV: "production" }, "NODE_ENV: the simulator does not run in production"],
  [{ NODE_ENV: "production" }, "NODE_ENV: the simulator does not run in production"],
  [{ ...keys, SIMULATOR_PORT: "http" }, "SIMULATOR_PORT: expected a port"],
  [{ ...keys, SIMULATOR_HOST: "a b" }, "SIMULATOR_HOST: expected a host"],
  [
    { ...keys, SIMULATOR_CALLBACK_RETRY_MS: "ten" },
    "SIMULATOR_CALLBACK_RETRY_MS: expected a whole number from 0 to 600000",
  ],
  [{ ...keys, VERIFICATION_TTL_SECONDS: "0" }, "VERIFICATION_TTL_SECONDS: expected"],
  [{ ALIBABA_CLOUD_ACCESS_KEY_ID: "ak" }, "ALIBABA_CLOUD_ACCESS_KEY_SECRET: not set"],
])("%j is refused with one line", (source, line) => {
  const read = () => readSettings(source);
  expect(read).toThrow(SettingsError);
  expect(read).toThrow(line);
  try {
    read();
  } catch (error) {
    expect(error instanceof SettingsError && error.lines).toHaveLength(1);
  }
});
