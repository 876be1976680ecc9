import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SettingsError } from "@verdict/runtime";
import { expect, test } from "vitest";
import { verdictApps } from "../src/stack/apps.ts";
import { readStackSettings } from "../src/stack/settings.ts";
import { givenDataDir, production } from "./given-stack.ts";

const read = (env: Record<string, string>, dataDir = givenDataDir()) =>
  readStackSettings({ DATA_DIR: dataDir, ...env }, verdictApps);

function linesOf(env: Record<string, string>, dataDir?: string): readonly string[] {
  try {
    read(env, dataDir);
  } catch (error) {
    if (error instanceof SettingsError) return error.lines;
    throw error;
  }
  return [];
}

const provider = { PROVIDER_ENDPOINT: "https://provider.example.com" };

test.each<[string, Record<string, string>, string[]]>([
  [
    "one port for two apps",
    { RECEIVER_PORT: "8099", API_PORT: "8099" },
    ["API_PORT: 8099 is also RECEIVER_PORT; every app needs a port of its own"],
  ],
  [
    "a bad port and a routes file that is not there",
    { RECEIVER_PORT: "abc", ROUTES_FILE: "/nowhere.json" },
    [
      'RECEIVER_PORT: expected a port from 0 to 65535, but got "abc"',
      "ROUTES_FILE: /nowhere.json cannot be read; expected a JSON array of routes",
    ],
  ],
  [
    "a real provider without credentials",
    provider,
    [
      "ALIBABA_CLOUD_ACCESS_KEY_ID: not set; PROVIDER_ENDPOINT provider.example.com asks for it",
      "ALIBABA_CLOUD_ACCESS_KEY_SECRET: not set; PROVIDER_ENDPOINT provider.example.com asks for it",
    ],
  ],
  [
    "half a pair of credentials",
    { ...provider, ALIBABA_CLOUD_ACCESS_KEY_ID: "mine" },
    ["ALIBABA_CLOUD_ACCESS_KEY_SECRET: not set; expected a secret"],
  ],
  [
    "production without database and address",
    { ...production, DATABASE_URL: "", PUBLIC_CALLBACK_BASE_URL: "" },
    [
      "DATABASE_URL: not set; expected a URL like postgres://user:password@host:5432/name",
      "PUBLIC_CALLBACK_BASE_URL: not set; expected an https URL without query, like https://verdict.example.com",
    ],
  ],
  [
    "a list of sources that is none, and a proxy whose header nobody knows",
    { CALLBACK_ALLOWED_SOURCES: "everybody", TRUSTED_PROXIES: "10.0.0.0/8" },
    [
      'CALLBACK_ALLOWED_SOURCES: expected addresses or CIDRs like 203.0.113.0/24, separated by commas, but "everybody" is neither',
      "CLIENT_ADDRESS_HEADER: not set; expected the header in which TRUSTED_PROXIES name the client",
    ],
  ],
  ["a misspelt mode", { NODE_ENV: "prod" }, ['NODE_ENV: expected production, development or test, got "prod"']],
])("%s is refused", (_, env, lines) => {
  expect(linesOf(env)).toEqual(lines);
});

test.each<[string, Record<string, string>]>([
  ["nothing at all", {}],
  ["empty values", { DATABASE_URL: "", RECEIVER_PORT: "", PROVIDER_ENDPOINT: "" }],
  ["a provider on this machine", { PROVIDER_ENDPOINT: "http://127.0.0.1:9999" }],
  ["everything production needs", production],
])("%s is accepted", (_, env) => {
  expect(linesOf(env)).toEqual([]);
});

test("production has neither stand-ins nor the simulator", () => {
  const { secrets, apps, given } = read({ ...production, SIMULATOR_PORT: "8080", RECEIVER_PORT: "8080" });
  expect(secrets).toBeNull();
  expect(apps.map((app) => app.name)).toEqual(["receiver", "api", "worker"]);
  expect(given).not.toHaveProperty("API_BOOTSTRAP_KEY");
});

test("data whose secrets are gone is not touched", () => {
  const dataDir = givenDataDir();
  mkdirSync(join(dataDir, "postgres"), { recursive: true });
  writeFileSync(join(dataDir, "postgres", "PG_VERSION"), "18\n");
  expect(linesOf({}, dataDir)).toEqual([expect.stringMatching(/^DATA_DIR: .*secrets.json is gone/)]);
});

test.each(["{", "[]", '{"operatorKey": ""}'])("damaged secrets (%s) are told, not replaced", (content) => {
  const dataDir = givenDataDir();
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, "secrets.json"), content);
  expect(linesOf({}, dataDir)).toEqual([expect.stringMatching(/^DATA_DIR: .*secrets.json is damaged/)]);
});

test("a secret that a later version adds is made, and the others stay", () => {
  const dataDir = givenDataDir();
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, "secrets.json"), JSON.stringify({ databasePassword: "kept" }));
  expect(read({}, dataDir).secrets).toMatchObject({
    databasePassword: "kept",
    operatorKey: expect.stringMatching(/^vk_/),
  });
});
