import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { callbackPath, parseNetworks, readCallbackRoutes, readRoutes } from "../src/index.ts";
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
const qps = { FACE_VERIFY: 50, ID_OCR: 10, FACE_IDU_MIN: 10 };
const k1 = [{ kid: "k1", secret: "s" }];
const SECRET_PATH = "behind-a-secret-door";
const unguarded = { pathSecret: null, allowedSources: null, opaqueTokens: false };

test("without a file there is one route, called default", () => {
  expect(readRoutes(single)).toEqual([
    {
      slug: "default",
      environment: "live",
      ...hongkong,
      ...credentials,
      callbackTokenKeys: k1,
      opaqueTokens: false,
      qps,
    },
  ]);
  expect(readRoutes({ ...single, PROVIDER_QPS: "ID_OCR=7" })[0]?.qps).toEqual({ ID_OCR: 7 });
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
      qps: { FACE_VERIFY: 3 },
    },
  ]);
  expect(readRoutes({ ...env, CALLBACK_TOKEN_KEYS: "k1:s" })).toEqual([
    { slug: "app", environment: "live", ...hongkong, ...credentials, callbackTokenKeys: k1, opaqueTokens: false, qps },
    {
      slug: "web-test",
      ...credentials,
      environment: "test",
      endpoint: "https://h",
      region: "ap-southeast-1",
      securityToken: "sts",
      callbackTokenKeys: [{ kid: "w1", secret: "t" }],
      opaqueTokens: false,
      qps: { FACE_VERIFY: 3 },
    },
  ]);
});

test("the receiver needs no credentials and keeps none", () => {
  expect(readCallbackRoutes({ CALLBACK_TOKEN_KEYS: "k1:s" })).toEqual([
    { slug: "default", environment: "live", callbackTokenKeys: k1, ...unguarded },
  ]);
  expect(readCallbackRoutes(givenFile([{ slug: "a", ...credentials, callbackTokenKeys: "k1:s" }]))).toEqual([
    { slug: "a", environment: "live", callbackTokenKeys: k1, ...unguarded },
  ]);
  expect(readCallbackRoutes(givenFile([{ slug: "a", callbackTokenKeys: "k1:s" }]))).toHaveLength(1);
});

test("the single route is guarded by variables", () => {
  const source = {
    ...single,
    CALLBACK_ALLOWED_SOURCES: "203.0.113.0/24, 2001:db8::1",
    CALLBACK_PATH_SECRET: SECRET_PATH,
    CALLBACK_OPAQUE_TOKENS: "true",
  };
  expect(readCallbackRoutes(source)).toMatchObject([
    {
      pathSecret: SECRET_PATH,
      allowedSources: parseNetworks(["203.0.113.0/24", "2001:db8::1"]),
      opaqueTokens: true,
    },
  ]);
  expect(readRoutes(source)).toEqual([{ ...readRoutes(single)[0], pathSecret: SECRET_PATH, opaqueTokens: true }]);
});

test("a route of the file is guarded by its fields", () => {
  const allowedSources = ["203.0.113.0/24", "2001:db8::1"];
  const guards = { pathSecret: SECRET_PATH, allowedSources, opaqueTokens: true };
  const source = { ...givenFile([{ slug: "a", ...credentials, ...guards }]), CALLBACK_TOKEN_KEYS: "k1:s" };
  expect(readCallbackRoutes(source)).toEqual([
    { slug: "a", environment: "live", callbackTokenKeys: k1, ...guards, allowedSources: parseNetworks(allowedSources) },
  ]);
  expect(readRoutes(source)).toEqual([
    {
      slug: "a",
      environment: "live",
      ...hongkong,
      ...credentials,
      callbackTokenKeys: k1,
      pathSecret: SECRET_PATH,
      opaqueTokens: true,
      qps,
    },
  ]);
});

test("a guard for the single route is not dropped in silence when a file names the routes", () => {
  const source = { ...givenFile([{ slug: "a", ...credentials }]), CALLBACK_PATH_SECRET: SECRET_PATH };
  const line = "CALLBACK_PATH_SECRET: has no effect beside ROUTES_FILE; say it in the file, by route";
  expect(linesOf(() => readRoutes(source))).toEqual([line]);
  expect(linesOf(() => readCallbackRoutes(source))).toEqual([line]);
});

test("a callback's path is short enough for what the provider takes, and ends with the secret if there is one", () => {
  expect(callbackPath({ slug: "default" })).toBe("/callbacks/default");
  expect(callbackPath({ slug: "default", pathSecret: SECRET_PATH })).toBe(`/callbacks/default/${SECRET_PATH}`);
  const longest = callbackPath({ slug: "s".repeat(32), pathSecret: "p".repeat(64) });
  expect(400 + longest.length).toBeLessThanOrEqual(512);
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
  [
    "a weak path secret",
    [{ slug: "a", ...credentials, pathSecret: "hunter2" }],
    ["routes.json[0].pathSecret: expected 16 to 64 of A-Z, a-z, 0-9, _ and -, but it is not"],
  ],
  [
    "a source that is no network",
    [{ slug: "a", ...credentials, allowedSources: ["10.0.0.1", "10.0.0.0/33"] }],
    [
      "routes.json[0].allowedSources: expected addresses or CIDRs like 203.0.113.0/24, " +
        'but "10.0.0.0/33" is neither',
    ],
  ],
  [
    "a list of sources that lets nobody in",
    [{ slug: "a", ...credentials, allowedSources: [] }],
    ["routes.json[0].allowedSources: expected addresses or CIDRs like 203.0.113.0/24, but there is none"],
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

test("rates beside a file that names the routes are not dropped in silence", () => {
  const source = {
    ...givenFile([{ slug: "a", ...credentials }]),
    CALLBACK_TOKEN_KEYS: "k1:s",
    PROVIDER_QPS: "ID_OCR=7",
  };
  expect(() => readRoutes(source)).toThrow(/^PROVIDER_QPS: has no effect beside ROUTES_FILE/);
});

test.each(["", "FACE_VERIFY", "FACE_VERIFY=0", "FACE_VERIFY=1.5", "ID_OCR=1,ID_OCR=2", "PASSPORT=3", "ID_OCR=10001"])(
  "%j are no rates",
  (rates) => {
    expect(() => readRoutes(givenFile([{ slug: "a", ...credentials, callbackTokenKeys: "k1:s", qps: rates }]))).toThrow(
      /routes\.json\[0\]\.qps: /,
    );
  },
);
