import { readFileSync } from "node:fs";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Account } from "./account.ts";
import { copyOnce } from "./copy-once.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { runProgram } from "./run-program.ts";

export type Binaries = { initdb: string; postgres: string; major: string };

const platform = `${process.platform}-${process.arch}`;

/**
 * Postgres' programs where the account can run them: in node_modules, or (when the account cannot get there, as with a
 * clone in root's home) in a copy below a temporary folder. Throws an EmbeddedPostgresError that names DATABASE_URL.
 */
export async function findBinaries(account: Account): Promise<Binaries> {
  const { native, version } = locate();
  const complaints: string[] = [];
  const copyIn = (folder: string) => () =>
    copyOnce(native, join(folder, `verdict-postgres-${version}-${platform}-${process.getuid?.()}`));
  const places = [async () => native, ...[...new Set([tmpdir(), "/tmp", "/var/tmp"])].map(copyIn)];
  for (const place of places) {
    try {
      const folder = await place();
      await linkLibraries(folder);
      const postgres = join(folder, "bin", "postgres");
      const { ok, lines } = await runProgram(postgres, ["--version"], { account });
      if (ok) return { postgres, initdb: join(folder, "bin", "initdb"), major: version.split(".")[0] ?? "" };
      complaints.push(`${folder}: ${lines.join(" ")}`);
    } catch (error) {
      complaints.push((error as Error).message);
    }
  }
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL does not run here; set DATABASE_URL to a server of your own.\n${complaints.join("\n")}`,
  );
}

function locate(): { native: string; version: string } {
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)));
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    return { native: join(root, "native"), version };
  } catch (cause) {
    const message = `No embedded PostgreSQL is installed for ${platform}; set DATABASE_URL to a server of your own.`;
    throw new EmbeddedPostgresError(message, { cause });
  }
}

/** npm packages cannot hold symbolic links; the package's install script would make them, but install scripts are blocked. */
async function linkLibraries(folder: string): Promise<void> {
  const list = join(folder, "pg-symlinks.json");
  const links: { source: string; target: string }[] = JSON.parse(await readFile(list, "utf8"));
  for (const { source, target } of links) {
    const path = join(dirname(folder), target.replace(/^native/, basename(folder)));
    await mkdir(dirname(path), { recursive: true });
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}
