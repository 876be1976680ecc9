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

test("what the documents leave open is set by variables of their own", () => {
  const settings = readSettings({
    ...keys,
    SIMULATOR_QPS: "FACE_VERIFY=50,ID_OCR=10,FACE_IDU_MIN=10",
    SIMULATOR_CALLBACK_SPELLING: "prose",
    SIMULATOR_PENDING_MS: "250",
    SIMULATOR_DELETABLE_PRODUCTS: "none",
    SIMULATOR_CLOCK: "2026-01-31T00:00:00Z",
    SIMULATOR_ACCESS_KEYS: "b:two, c:three",
  });
  expect(settings.behaviour).toEqual({
    ...USUAL,
    qps: { FACE_VERIFY: 50, ID_OCR: 10, FACE_IDU_MIN: 10 },
    callbackSpelling: "prose",
    pendingMs: 250,
    deletableProducts: [],
  });
  expect(settings.frozenAt).toBe(Date.parse("2026-01-31T00:00:00Z"));
  expect([...settings.accessKeys.keys()].sort()).toEqual(["ak", "b", "c"]);
});

test("every mistake has a line, whichever table it belongs to", () => {
  const source = { ...keys, SIMULATOR_PORT: "x", SIMULATOR_QPS: "ID_OCR", SIMULATOR_ERROR_STATUS: "500" };
  try {
    readSettings(source);
    expect.unreachable();
  } catch (error) {
    const lines = error instanceof SettingsError ? error.lines : [];
    expect(lines.map((line) => line.split(":")[0]).sort()).toEqual([
      "SIMULATOR_ERROR_STATUS",
      "SIMULATOR_PORT",
      "SIMULATOR_QPS",
    ]);
  }
});

test.each([
  [{ ...keys, SIMULATOR_QPS: "ID_OCR=0" }, "SIMULATOR_QPS: expected off, or rates like FACE_VERIFY=50"],
  [{ ...keys, SIMULATOR_CLOCK: "today" }, "SIMULATOR_CLOCK: expected real, or an instant"],
  [{ ...keys, SIMULATOR_ACCESS_KEYS: "b" }, "SIMULATOR_ACCESS_KEYS: expected further access keys"],
  [{ ...keys, SIMULATOR_DELETABLE_PRODUCTS: "eKYC" }, "SIMULATOR_DELETABLE_PRODUCTS: expected none, or some of"],
  [{ ...keys, SIMULATOR_CALLBACK_ATTEMPTS: "0" }, "SIMULATOR_CALLBACK_ATTEMPTS: expected a whole number from 1 to 10"],
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
