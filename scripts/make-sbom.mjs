// Writes what a release consists of, in CycloneDX: every production package with version, hash and licence. pnpm reads it from the
// lockfile and what is installed. No test looks into the result, so it is looked into here.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";

const { packageManager, version } = JSON.parse(readFileSync("package.json", "utf8"));
const file = process.argv[2] ?? `sbom/verdict-${version}.cdx.json`;
mkdirSync("sbom", { recursive: true });
const args = [
  "sbom",
  "--recursive",
  "--filter",
  "!@verdict/e2e",
  "--prod",
  "--sbom-format",
  "cyclonedx",
  "--sbom-spec-version",
  "1.6",
  "--sbom-type",
  "application",
];
const { status } = spawnSync("npx", ["-y", packageManager, ...args, "--out", file], {
  stdio: ["ignore", "inherit", "inherit"],
});
if (status !== 0) process.exit(status ?? 1);

const { bomFormat, components } = JSON.parse(readFileSync(file, "utf8"));
const nameless = components.filter(({ purl, version }) => !purl || !version);
if (bomFormat !== "CycloneDX" || components.length < 100 || nameless.length > 0) {
  console.error(
    `${file} is not what it should be: ${components.length} components, ${nameless.length} of them without version or purl`,
  );
  process.exit(1);
}
console.log(`${file}: ${components.length} components`);
