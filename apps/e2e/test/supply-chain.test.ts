import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { faultsOfThreats, readThreats } from "../src/read-threats.ts";
import { ROOT } from "../src/source-files.ts";
import { isAllowed, refusedLicences } from "../src/supply-chain/licences.ts";
import { entropy, findSecrets } from "../src/supply-chain/secret-rules.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "verdict-supply-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (path: string, text: string) => {
  mkdirSync(join(folder, dirname(path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
/** As `npm run verify` runs it, on a folder of ours. */
const check = (name: "licences" | "secrets") => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, `apps/e2e/src/check-${name}.ts`), folder],
    { encoding: "utf8" },
  );
  return { status, said: stdout + stderr };
};

test("a package under a licence that is not allowed fails the check, also behind another one", () => {
  const pack = (path: string, manifest: Record<string, unknown>) =>
    write(`${path}/package.json`, JSON.stringify(manifest));
  pack("apps/shop", { name: "shop", dependencies: { good: "1" } });
  pack("node_modules/good", { name: "good", version: "1.0.0", license: "MIT", dependencies: { bad: "2" } });
  pack("node_modules/bad", { name: "bad", version: "2.0.0", license: "GPL-3.0-only" });
  const { status, said } = check("licences");
  expect({ status, said }).toMatchObject({
    status: 1,
    said: expect.stringContaining("bad@2.0.0 is under GPL-3.0-only"),
  });

  pack("node_modules/bad", { name: "bad", version: "2.0.0", licenses: [{ type: "ISC" }] });
  expect(check("licences").status).toBe(0);
});

test.each([
  ["MIT", true],
  ["(MIT OR GPL-3.0-only)", true],
  ["MIT AND GPL-3.0-only", false],
  ["(MIT AND ISC) OR AGPL-3.0-only", true],
  ["GPL-2.0-only OR (MIT AND SSPL-1.0)", false],
  ["SEE LICENSE IN LICENSE.txt", false],
  ["UNLICENSED", false],
  ["(MIT", false],
  ["", false],
])("of %j a product may be made: %s", (expression, allowed) => {
  expect(isAllowed(expression)).toBe(allowed);
});

test("a package that says nothing about its licence is refused until somebody has read it", () => {
  const silent = { name: "silent", version: "1.2.3", licence: null };
  expect(refusedLicences([silent])).toEqual(["silent@1.2.3 says no licence"]);
  expect(refusedLicences([silent], { "silent@1.2.3": "ISC" })).toEqual([]);
});

/** Put together here, so that this file is none of what it looks for. */
const random = "q7Zt1LmX0vB9sRk4Wn8Yd2Hc6Gf3Jp5T";
const PLANTED: Record<string, string> = {
  "Alibaba Cloud access key": `key: LTAI${"5tQw8Zr2".repeat(2)}`,
  "AWS access key": `AKIA${"Q3".repeat(8)}`,
  "private key": `-----BEGIN ${"PRIVATE"} KEY-----\n${random}${random}`,
  "GitHub token": `ghp_${random}abcd`,
  "Slack webhook": `https://hooks.slack.com/${"services"}/T0123ABCD/B0123ABCD/${random}`,
  "random value of a secret's name": `"apiToken": "${random}"`,
};

describe("the scan for secrets", () => {
  test("a planted secret of any known form fails the check, and is not repeated", () => {
    for (const [index, text] of Object.values(PLANTED).entries()) write(`deep/file-${index}.yaml`, `a: b\n${text}\n`);
    write(".env", `CALLBACK_TOKEN_KEYS_SECRET=k1:${random}`);
    const { status, said } = check("secrets");
    expect(status).toBe(1);
    for (const rule of Object.keys(PLANTED)) expect(said).toContain(`.yaml:2: ${rule}`);
    expect(said).toContain(".env:1:");
    expect(said).not.toContain(random);
  });

  test("what only looks random to nobody passes: words, references, placeholders", () => {
    for (const text of [
      'password: "correct-horse-battery-staple-again"',
      "API_TOKEN=$" + "{API_TOKEN:?not set; make .env with node scripts/make-env.mjs}",
      "secretKeyRef: verdict-production-credentials",
      `integrity: sha512-${random}`,
    ]) {
      expect(findSecrets(text), text).toEqual([]);
    }
    expect(entropy("aaaaaaaa")).toBe(0);
  });

  test("a finding that was looked at passes by its fingerprint, and any other does not", () => {
    const [found] = findSecrets(`token = "${random}"`);
    expect(findSecrets(`token = "${random}"`, new Set([found?.fingerprint ?? ""]))).toEqual([]);
    expect(findSecrets(`token = "${random}x"`, new Set([found?.fingerprint ?? ""]))).toHaveLength(1);
  });
});

test("packages are installed as the lockfile has them, and none runs a script of its own", () => {
  expect(readFileSync(join(ROOT, "scripts/setup.mjs"), "utf8")).toContain('"--frozen-lockfile"');
  const installs = readFileSync(join(ROOT, "Dockerfile"), "utf8").match(/^RUN pnpm install .*$/gm) ?? [];
  expect(installs).toHaveLength(2);
  for (const install of installs) expect(install).toContain("--frozen-lockfile");

  const { allowBuilds } = parse(readFileSync(join(ROOT, "pnpm-workspace.yaml"), "utf8"));
  expect(Object.values(allowBuilds)).not.toContain(true);
  const { packages } = parse(readFileSync(join(ROOT, "pnpm-lock.yaml"), "utf8"));
  const loose = Object.entries<{ resolution: { integrity?: string } }>(packages).filter(
    ([, one]) => !one.resolution.integrity,
  );
  expect(loose).toEqual([]);
});

test("verify looks at licences, secrets and threats", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(scripts.verify).toMatch(/turbo run .*\blicences secrets threats\b/);
});

test("a threat without a test, and one that names a test that is not there, are faults", () => {
  const threats = readThreats(
    "### 1. One\n\n- `a.test.ts`: it holds\n- `a.test.ts`: it was renamed\n\n### 2. Two\n\nWords.\n",
  );
  const read = (file: string) =>
    file === "a.test.ts" ? 'test("it holds", () => {});\nconst words = "it was renamed";' : null;
  expect(faultsOfThreats(threats, read)).toEqual([
    "1. One: a.test.ts has no test named it was renamed",
    "2. Two: no test is named",
  ]);
  expect(faultsOfThreats([{ title: "3", tests: [{ file: "b.test.ts", test: "x" }] }], read)).toEqual([
    "3: b.test.ts is not there",
  ]);
});
