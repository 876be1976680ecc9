import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readCallbackRoutes, readRoutes } from "../src/index.ts";
import { linesOf } from "./lines-of.ts";

const dir = mkdtempSync(join(tmpdir(), "verdict-routes-"));
afterAll(() => rmSync(dir, { recursive: true }));

const file = join(dir, "routes.json");
function givenFile(content: unknown): { ROUTES_FILE: string } {
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return { ROUTES_FILE: file };
}

const single = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: "id",
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: "hunter2",
  CALLBACK_TOKEN_KEYS: "k1:s",
};
const credentials = { accessKeyId: "id", accessKeySecret: "hunter2" };
const hongkong = { endpoint: "https://cloudauth-intl.cn-hongkong.aliyuncs.com", region: "cn-hongkong" };
const k1 = [{ kid: "k1", secret: "s" }];

test("without a file there is one route, called default", () => {
  expect(readRoutes(single)).toEqual([
    { slug: "default", environment: "live", ...hongkong, ...credentials, callbackTokenKeys: k1 },
  ]);
  expect(readRoutes({ ...single, PROVIDER_ENDPOINT: "http://127.0.0.1:8082" })[0]?.endpoint).toBe(
    "http://127.0.0.1:8082",
  );
});

test("a route of the file may bring its own keys, else it gets the common ones", () => {
  const env = givenFile([
    { slug: "app", ...credentials },
    {
      slug: "web-test",
      ...credentials,
      environment: "test",
      endpoint: "https://h",
      region: "ap-southeast-1",
      securityToken: "sts",
      callbackTokenKeys: "w1:t",
    },
  ]);
  expect(readRoutes({ ...env, CALLBACK_TOKEN_KEYS: "k1:s" })).toEqual([
    { slug: "app", environment: "live", ...hongkong, ...credentials, callbackTokenKeys: k1 },
    {
      slug: "web-test",
      ...credentials,
      environment: "test",
      endpoint: "https://h",
      region: "ap-southeast-1",
      securityToken: "sts",
      callbackTokenKeys: [{ kid: "w1", secret: "t" }],
    },
  ]);
});

test("the receiver needs no credentials and keeps none", () => {
  expect(readCallbackRoutes({ CALLBACK_TOKEN_KEYS: "k1:s" })).toEqual([
    { slug: "default", environment: "live", callbackTokenKeys: k1 },
  ]);
  expect(readCallbackRoutes(givenFile([{ slug: "a", ...credentials, callbackTokenKeys: "k1:s" }]))).toEqual([
    { slug: "a", environment: "live", callbackTokenKeys: k1 },
  ]);
  expect(readCallbackRoutes(givenFile([{ slug: "a", callbackTokenKeys: "k1:s" }]))).toHaveLength(1);
});

test.each<[string, unknown, string[]]>([
  ["no JSON", '[{"accessKeySecret": "hunter2"', ["routes.json is not JSON; expected a JSON array of routes"]],
  ["no list", {}, ["routes.json: Invalid input: expected array, received object"]],
  ["an empty list", [], ["routes.json: expected at least one route"]],
  [
    "a bad slug",
    [{ slug: "A b", ...credentials }],
    ['routes.json[0].slug: expected 1 to 32 of a-z, 0-9 and -, but got "A b"'],
  ],
  [
    "missing credentials",
    [{ slug: "a", ...credentials }, { slug: "b" }],
    ["routes.json[1].accessKeyId: expected text", "routes.json[1].accessKeySecret: expected text"],
  ],
  [
    "a misspelt field",
    [{ slug: "a", ...credentials, enviroment: "test" }],
    ['routes.json[0]: Unrecognized key: "enviroment"'],
  ],
  [
    "a repeated slug",
    [
      { slug: "a", ...credentials },
      { slug: "a", ...credentials },
    ],
    ["routes.json[1].slug: a appears twice"],
  ],
  [
    "bad keys",
    [{ slug: "a", ...credentials, callbackTokenKeys: "hunter2" }],
    ["routes.json[0].callbackTokenKeys: expected kid:secret pairs separated by commas, but pair 1 has no colon"],
  ],
])("a file with %s is refused, naming file, index and field", (_, content, lines) => {
  expect(linesOf(() => readRoutes({ ...givenFile(content), CALLBACK_TOKEN_KEYS: "k1:s" }))).toEqual(
    lines.map((line) => `ROUTES_FILE: ${dir}/${line}`),
  );
});

test("a file that does not exist is named", () => {
  expect(linesOf(() => readRoutes({ ROUTES_FILE: "/nowhere.json" }))).toEqual([
    "ROUTES_FILE: /nowhere.json cannot be read; expected a JSON array of routes",
  ]);
});

test("common keys are asked for when a route has none", () => {
  expect(linesOf(() => readRoutes(givenFile([{ slug: "a", ...credentials }])))).toEqual([
    "CALLBACK_TOKEN_KEYS: not set; expected kid:secret pairs separated by commas",
  ]);
});
