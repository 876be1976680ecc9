import { existsSync, globSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";

/** A package as it lies on disk. */
export type Installed = { name: string; version: string; licence: string | null };

type Manifest = {
  name: string;
  version?: string;
  license?: unknown;
  licenses?: unknown;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
};

/** Parts whose dependencies never reach an installation. */
const NOT_SHIPPED = ["apps/e2e", "packages/testkit"];

/** They make the console and are no part of it. */
const TOOLS = ["vite", "@vitejs/plugin-react"];

/**
 * Every package that production code can load, found as Node finds it: from the manifests of all apps and packages along what is
 * installed. Optional ones for other platforms are not installed and not among them. Throws when one that is needed is missing.
 */
export function installedPackages(root: string): Installed[] {
  const parts = globSync("{apps,packages}/*/package.json", { cwd: root }).map(dirname);
  const open = parts.filter((part) => !NOT_SHIPPED.includes(part)).map((part) => realpathSync(join(root, part)));
  const own = new Set(parts.map((part) => realpathSync(join(root, part))));
  const leftOut = overriddenAway(root);
  const seen = new Map<string, Installed | null>();
  for (let folder = open.pop(); folder; folder = open.pop()) {
    if (seen.has(folder)) continue;
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const { name, version = "", dependencies = {}, optionalDependencies = {} } = manifest;
    seen.set(folder, own.has(folder) ? null : { name, version, licence: licenceOf(manifest) });
    for (const wanted of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (TOOLS.includes(wanted)) continue;
      const found = find(folder, wanted);
      if (found) open.push(found);
      else if (!(wanted in optionalDependencies || leftOut.has(wanted)))
        throw new Error(`${name} needs ${wanted}, which is not installed`);
    }
  }
  const packages = [...seen.values()].filter((one) => one !== null);
  return packages.sort((a, b) => `${a.name}@${a.version}`.localeCompare(`${b.name}@${b.version}`));
}

/** Packages that the workspace has decided not to install, whoever asks for them. */
function overriddenAway(root: string): Set<string> {
  const file = join(root, "pnpm-workspace.yaml");
  const { overrides = {} } = existsSync(file) ? parse(readFileSync(file, "utf8")) : {};
  return new Set(Object.keys(overrides).filter((name) => overrides[name] === "-"));
}

/** Where Node finds a package from here; null: nowhere. */
function find(from: string, name: string): string | null {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return realpathSync(candidate);
  }
  return null;
}

/** Old packages say it as an object or a list. */
function licenceOf({ license, licenses }: Manifest): string | null {
  const said = [license, licenses].flat().flatMap((one) => {
    const type: unknown = one && typeof one === "object" && "type" in one ? one.type : one;
    return typeof type === "string" && type ? [type] : [];
  });
  return said.length > 0 ? said.join(" OR ") : null;
}
