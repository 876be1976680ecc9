import { chown, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openDatabase } from "@verdict/db";
import { runTool } from "./run-tool.ts";

/** GNU tar ends with 1 when a file changed while it was read. Here that is expected: the log repairs it. */
const CHANGED_WHILE_READ = 1;

/** What belongs to the running server alone, and the log, which is copied last. */
const LEFT_OUT = [
  "postmaster.pid",
  "postmaster.opts",
  "pg_wal/*",
  "pg_replslot/*",
  "pg_notify/*",
  "pg_stat_tmp/*",
].concat(["pg_dynshmem/*", "pg_serial/*", "pg_snapshots/*", "pg_subtrans/*", "pgsql_tmp*"]);

/**
 * Copies a running Postgres' data into one tar file, as its manual describes under "Making a Base Backup Using the Low Level
 * API": for a server without pg_basebackup, as the embedded one is. The log since its beginning is in the file, so that it
 * can be restored by itself.
 */
export async function backUpFiles(databaseUrl: string, dataDir: string, file: string): Promise<void> {
  const workshop = await mkdtemp(`${file}.`);
  const db = openDatabase(databaseUrl, { max: 1 });
  // Backup and slot belong to the session that began them.
  const session = await db.sql.reserve();
  try {
    await session`select pg_create_physical_replication_slot('verdict_backup', true, true)`;
    await session`select pg_backup_start('verdict', true)`;
    const leave = LEFT_OUT.map((pattern) => `--exclude=./${pattern}`);
    await runTool("tar", ["-C", dataDir, ...leave, "-cf", file, "."], { mayEndWith: [CHANGED_WHILE_READ] });
    const [stopped] = await session<{ labelfile: string }[]>`select labelfile from pg_backup_stop(false)`;

    const label = join(workshop, "backup_label");
    await writeFile(label, stopped?.labelfile ?? "", { mode: 0o600 });
    const { uid, gid } = await stat(join(dataDir, "PG_VERSION"));
    await chown(label, uid, gid);
    await runTool("tar", ["-C", workshop, "-rf", file, "./backup_label"]);
    await runTool("tar", ["-C", dataDir, "-rf", file, "./pg_wal"], { mayEndWith: [CHANGED_WHILE_READ] });
  } finally {
    session.release();
    await db.close();
    await rm(workshop, { recursive: true });
  }
}

/** Puts the data where a Postgres that is not running yet will look for it. */
export async function restoreFiles(file: string, dataDir: string): Promise<void> {
  await mkdir(dirname(dataDir), { recursive: true });
  await mkdir(dataDir, { mode: 0o700 });
  await runTool("tar", ["-C", dataDir, "-xpf", file]);
  const { uid, gid } = await stat(join(dataDir, "PG_VERSION"));
  await chown(dataDir, uid, gid);
}
