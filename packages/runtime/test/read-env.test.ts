import { expect, test } from "vitest";
import { z } from "zod";
import { type EnvSource, environment, readEnv, readTogether, refuseInProduction } from "../src/index.ts";
import { linesOf } from "./lines-of.ts";

const all = (source: EnvSource) => () => readEnv(environment, source);

const development = {
  DATABASE_URL: "postgres://u:p@127.0.0.1:5432/verdict",
  PUBLIC_CALLBACK_BASE_URL: "http://127.0.0.1:8080",
  CALLBACK_TOKEN_KEYS: "k1:s",
  ALIBABA_CLOUD_ACCESS_KEY_ID: "id",
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret",
  AUTH_SECRET: "a secret of thirty-two characters",
  MERCHANT_USER_PEPPER: "pepper",
  DATA_ENCRYPTION_KEYS: `d1:${Buffer.from("a key that only the tests know..").toString("base64")}`,
};

test("the defaults are those of the documentation", () => {
  expect(readEnv(environment, development)).toMatchObject({
    production: false,
    RECEIVER_PORT: 8080,
    API_PORT: 8081,
    SIMULATOR_PORT: 8082,
    DATA_DIR: ".data",
    LOG_LEVEL: "info",
    QUEUE_PREFIX: "verdict",
    RECEIPT_SINKS: ["postgres", "queue"],
    PROVIDER_ENDPOINT: "https://cloudauth-intl.cn-hongkong.aliyuncs.com",
    VERIFICATION_TTL_SECONDS: 1_800,
    EXPIRY_GRACE_SECONDS: 120,
    CHECK_SCHEDULE_SECONDS: [60, 180, 420, 900],
    SWEEP_INTERVAL_MS: 1_000,
    CALLBACK_OPAQUE_TOKENS: false,
    REFUSAL_LIMIT_PER_SOURCE: 500,
    REFUSAL_LIMIT_PER_ROUTE: 2_000,
    REFUSAL_ROWS_PER_HOUR: 500,
    REFUSALS_KEPT_DAYS: 30,
    RETENTION: { details: 90, malformed: 90, tokens: 30, work: 90, events: 30, alerts: 365, evidence: null },
    ALLOW_FORGETFUL_QUEUE: false,
  });
});

test("an empty value counts as not set", () => {
  expect(readEnv(environment, { ...development, RECEIVER_PORT: "", QUEUE_URL: "" })).toMatchObject({
    RECEIVER_PORT: 8080,
  });
});

test("every mistake is one line that names its variable", () => {
  expect(linesOf(all({ ...development, RECEIVER_PORT: "abc", RECEIPT_SINKS: "disk", DATABASE_URL: "" }))).toEqual([
    "DATABASE_URL: not set; expected a URL like postgres://user:password@host:5432/name",
    'RECEIPT_SINKS: expected postgres, queue or both, separated by a comma, but got "disk"',
    'RECEIVER_PORT: expected a port from 0 to 65535, but got "abc"',
  ]);
});

test("production has no default for a secret and refuses weak ones", () => {
  expect(linesOf(all({ NODE_ENV: "production" }))).toEqual([
    "DATABASE_URL: not set; expected a URL like postgres://user:password@host:5432/name",
    "PUBLIC_CALLBACK_BASE_URL: not set; expected an https URL without query, like https://verdict.example.com",
    "CALLBACK_TOKEN_KEYS: not set; expected kid:secret pairs separated by commas",
    "ALIBABA_CLOUD_ACCESS_KEY_ID: not set; expected a secret",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET: not set; expected a secret",
    "AUTH_SECRET: not set; expected a secret of at least 32 characters",
    "MERCHANT_USER_PEPPER: not set; expected a secret of at least 32 characters",
    "DATA_ENCRYPTION_KEYS: not set; expected kid:key pairs separated by commas, each key 32 bytes in base64",
  ]);
  expect(linesOf(all({ ...development, NODE_ENV: "production" }))).toEqual([
    "PUBLIC_CALLBACK_BASE_URL: expected an https URL without query, like https://verdict.example.com, " +
      "but production refuses plain http",
    "CALLBACK_TOKEN_KEYS: expected kid:secret pairs separated by commas, but the secret of k1 is shorter than 32 characters",
    "MERCHANT_USER_PEPPER: expected a secret of at least 32 characters, but it has 6",
  ]);
});

test("a misspelt NODE_ENV is not taken for development", () => {
  expect(linesOf(all({ ...development, NODE_ENV: "prod" }))).toEqual([
    'NODE_ENV: expected production, development or test, got "prod"',
  ]);
});

test("zod's own messages get the variable's name too", () => {
  const schema = z.object({ CALLBACK_URL_BYTES_MAX: z.coerce.number().int().positive() });
  expect(linesOf(() => readEnv(schema, {}))).toEqual([
    "CALLBACK_URL_BYTES_MAX: not set; Invalid input: expected number, received NaN",
  ]);
  expect(readEnv(schema, { CALLBACK_URL_BYTES_MAX: "4096" })).toMatchObject({ CALLBACK_URL_BYTES_MAX: 4_096 });
});

test("several readers report their mistakes together, each line once", () => {
  const read = () =>
    readTogether({
      one: all({ ...development, API_PORT: "x" }),
      two: all({ ...development, API_PORT: "x", DATA_DIR: " " }),
    });
  expect(linesOf(read)).toEqual([
    'API_PORT: expected a port from 0 to 65535, but got "x"',
    "DATA_DIR: expected a path, but it is empty",
  ]);
  expect(readTogether({ one: () => 1, two: () => "two" })).toEqual({ one: 1, two: "two" });
});

test("the simulator can refuse production", () => {
  expect(linesOf(() => refuseInProduction("the simulator", { NODE_ENV: "production" }))).toEqual([
    "NODE_ENV: the simulator does not run in production",
  ]);
  expect(linesOf(() => refuseInProduction("the simulator", {}))).toEqual([]);
});
