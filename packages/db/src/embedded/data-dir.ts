import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { runProgram } from "./run-program.ts";

/** Paths of what a program of Postgres needs, in the program's own eyes, and the open files that make them true. */
export type Lent = { paths: readonly string[]; fds: readonly number[] } & AsyncDisposable;

/**
 * Lends paths to Postgres. An account other than our own may be unable to enter the folders above them (a clone in root's
 * home), so root opens them itself and the program inherits the open files as descriptors 3, 4, …
 */
export async function lend(account: Account, ...paths: readonly string[]): Promise<Lent> {
  if (!account) return { paths, fds: [], [Symbol.asyncDispose]: async () => {} };
  const files: FileHandle[] = [];
  const close = async () => {
    for (const file of files) await file.close();
  };
  try {
    for (const path of paths) {
      const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
      files.push(file);
      await file.chown(account.uid, account.gid);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    paths: files.map((_, index) => `/proc/self/fd/${3 + index}`),
    fds: files.map((file) => file.fd),
    [Symbol.asyncDispose]: close,
  };
}

/** The major version of the server that wrote the data; null: no data yet. */
export const dataVersion = (dataDir: string): Promise<string | null> =>
  readFile(join(dataDir, "PG_VERSION"), "utf8").then(
    (text) => text.trim(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw new EmbeddedPostgresError(`The data in ${dataDir} cannot be read (${error.code}); who owns it?`);
    },
  );

type Init = { dataDir: string; password: string; binaries: Binaries; account: Account };

/** Makes the data directory, complete or not at all: it is prepared beside its place and then renamed. */
export async function initialise({ dataDir, password, binaries, account }: Init): Promise<void> {
  await mkdir(dirname(dataDir), { recursive: true });
  const workshop = `${dataDir}.init`;
  await rm(workshop, { recursive: true, force: true });
  await mkdir(workshop, { mode: 0o700 });
  try {
    const data = join(workshop, "data");
    const passwordFile = join(workshop, "password");
    await mkdir(data, { mode: 0o700 });
    // A file, because the arguments of a process are open to everybody on the machine.
    await writeFile(passwordFile, password, { mode: 0o600 });

    await using lent = await lend(account, data, passwordFile);
    const [path, pwfile] = lent.paths;
    const { ok, lines } = await runProgram(
      binaries.initdb,
      ["-D", `${path}`, `--pwfile=${pwfile}`, "-U", "verdict", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C"],
      { account, fds: lent.fds },
    );
    if (!ok)
      throw new EmbeddedPostgresError(`PostgreSQL could not make its data folder.\n${lines.slice(-10).join("\n")}`);
    await rename(data, dataDir);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}
