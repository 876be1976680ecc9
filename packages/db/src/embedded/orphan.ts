import { execFile } from "node:child_process";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";

/**
 * Stops a Postgres that still runs on this data although the process that had started it is gone, and returns its process
 * id. Null: there is none.
 */
export async function stopOrphan(dataDir: string): Promise<number | null> {
  const pidFile = join(dataDir, "postmaster.pid");
  const pid = Number.parseInt(await readFile(pidFile, "utf8").catch(() => ""), 10);
  if (!(pid > 1)) return null;
  if (!(await servesData(pid, dataDir))) {
    // The number may belong to another process by now (soon after a reboot, or in a container). Postgres would see that
    // this process lives and refuse to start.
    if (isAlive(pid)) await rm(pidFile, { force: true });
    return null;
  }
  // SIGINT ends it in order, SIGQUIT at once; after that its log repairs the data at the next start.
  for (const [signal, limitMs] of [
    ["SIGINT", 15_000],
    ["SIGQUIT", 5_000],
  ] as const) {
    signalProcess(pid, signal);
    for (const deadline = Date.now() + limitMs; Date.now() < deadline; await delay(20)) {
      if (!(await servesData(pid, dataDir))) return pid;
    }
  }
  throw new EmbeddedPostgresError(`Another PostgreSQL (process ${pid}) serves ${dataDir} and does not stop.`);
}

/** Postgres works in its data directory, which tells it from a stranger with the same process id. */
async function servesData(pid: number, dataDir: string): Promise<boolean> {
  if (process.platform === "linux") {
    const [cwd, data] = await Promise.all([stat(`/proc/${pid}/cwd`).catch(() => null), stat(dataDir)]);
    return cwd?.ino === data.ino && cwd.dev === data.dev;
  }
  const command = promisify(execFile)("ps", ["-o", "command=", "-p", String(pid)]);
  const { stdout } = await command.catch(() => ({ stdout: "" }));
  return stdout.includes("postgres") && stdout.includes(dataDir);
}

function isAlive(pid: number): boolean {
  return signalProcess(pid, 0);
}

/** False: no such process. One that belongs to somebody else is alive, too. */
function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
