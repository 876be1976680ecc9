import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase } from "@verdict/db";
import { backUpFiles, restoreFiles } from "./back-up-files.ts";
import { type Installed, startOwnServer } from "./own-server.ts";
import { runTool } from "./run-tool.ts";

/** `dump`: pg_dump and pg_restore on a server of its own. `files`: a copy of the embedded server's data, taken while it runs. */
export type How = "dump" | "files";

/** Where a stack of the drill keeps its data. */
export type Store = {
  dataDir: string;
  env: Record<string, string>;
  databaseUrl(): Promise<string>;
  backUp(file: string): Promise<void>;
  /** After the stack has stopped: nothing of it stays. */
  destroy(): Promise<void>;
};

/** The keys a stack has made for itself. In production they are in your secret store: a backup without them does not open. */
export const SECRETS = "secrets.json";

export const emptyStore = (how: How, folder: string, installed: Installed | null): Promise<Store> =>
  how === "files" ? storeOfFiles(folder) : storeOnServer(folder, needed(installed));

/** A store of nothing but a backup and the keys. */
export async function restoredStore(
  how: How,
  folder: string,
  installed: Installed | null,
  backup: { file: string; secrets: string },
): Promise<Store> {
  const dataDir = join(folder, "data");
  await mkdir(folder, { mode: 0o711 });
  await mkdir(dataDir, { mode: 0o700 });
  await copyFile(backup.secrets, join(dataDir, SECRETS));
  if (how === "files") {
    await restoreFiles(backup.file, join(dataDir, "postgres"));
    return storeOfFiles(folder);
  }
  const store = await storeOnServer(folder, needed(installed));
  const url = await store.databaseUrl();
  await makeRole(url);
  await runTool(join(needed(installed).bin, "pg_restore"), ["--exit-on-error", "--dbname", url, backup.file]);
  return store;
}

async function storeOfFiles(folder: string): Promise<Store> {
  const dataDir = join(folder, "data");
  const databaseUrl = async (): Promise<string> =>
    JSON.parse(await readFile(join(dataDir, "stack.json"), "utf8")).databaseUrl;
  return {
    dataDir,
    env: {},
    databaseUrl,
    backUp: async (file) => backUpFiles(await databaseUrl(), join(dataDir, "postgres"), file),
    destroy: () => rm(folder, { recursive: true }),
  };
}

async function storeOnServer(folder: string, installed: Installed): Promise<Store> {
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const server = await startOwnServer(installed, join(folder, "server"));
  return {
    dataDir: join(folder, "data"),
    env: { DATABASE_URL: server.url },
    databaseUrl: async () => server.url,
    backUp: async (file) => {
      await runTool(join(installed.bin, "pg_dump"), ["--format=custom", "--file", file, server.url]);
    },
    async destroy() {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** Roles belong to the server and are in no dump of a database; rights to them are. */
async function makeRole(url: string): Promise<void> {
  const db = openDatabase(url, { max: 1 });
  try {
    await db.sql`create role verdict_app nologin`;
  } finally {
    await db.close();
  }
}

function needed(installed: Installed | null): Installed {
  if (!installed) throw new Error("This machine has no Postgres with pg_dump of its version; try --how files.");
  return installed;
}
