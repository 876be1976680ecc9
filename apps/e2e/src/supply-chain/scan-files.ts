import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type FoundSecret, findSecrets } from "./secret-rules.ts";

/** Hashes of every package, which look as random as a key. */
const LOCKFILE = "pnpm-lock.yaml";

/** Looks through every file that is or may be committed; where there is no git, through every file. */
export function scanFiles(root: string, known: ReadonlySet<string>): (FoundSecret & { path: string })[] {
  return filesOf(root).flatMap((path) => {
    const file = join(root, path);
    if (path === LOCKFILE || !lstatSync(file, { throwIfNoEntry: false })?.isFile()) return [];
    const text = readFileSync(file, "utf8");
    // Pictures and fonts.
    if (text.includes("\0")) return [];
    return findSecrets(text, known).map((found) => ({ path, ...found }));
  });
}

const filesOf = (root: string): string[] =>
  existsSync(join(root, ".git"))
    ? execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
        cwd: root,
        encoding: "utf8",
        maxBuffer: 2 ** 26,
      })
        .split("\0")
        .filter(Boolean)
    : readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => !/(^|\/)node_modules\//.test(path));
