import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";

/** The version of a package as it is installed here. */
export function packageVersion(name: string): string {
  const path = findPackageJSON(name, import.meta.url);
  return path ? JSON.parse(readFileSync(path, "utf8")).version : "unknown";
}
