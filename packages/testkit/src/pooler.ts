import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "./redis-server.ts";

export type TestPooler = {
  /** Where a database of the server is reached through the pooler. */
  urlOf(databaseUrl: string): string;
  stop(): Promise<void>;
};

/** Starts the machine's own PgBouncer in transaction mode before a server. Null when the machine has none. */
export async function startPooler(serverUrl: string): Promise<TestPooler | null> {
  const server = new URL(serverUrl);
  const folder = await mkdtemp(join(tmpdir(), "verdict-pooler-"));
  const port = await freePort();
  const users = join(folder, "users.txt");
  const settings = join(folder, "pgbouncer.ini");
  await writeFile(users, `"${server.username}" "${server.password}"\n`);
  await writeFile(
    settings,
    [
      "[databases]",
      `* = host=${server.hostname} port=${server.port}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      "auth_type = trust",
      `auth_file = ${users}`,
      "pool_mode = transaction",
      "default_pool_size = 8",
      "max_client_conn = 1000",
      "server_idle_timeout = 5",
    ].join("\n"),
  );
  // It refuses to run as root, and then has to read what root has written.
  const asRoot = process.getuid?.() === 0;
  if (asRoot) await Promise.all([chmod(folder, 0o755), chmod(users, 0o644), chmod(settings, 0o644)]);
  const child = spawn("pgbouncer", [...(asRoot ? ["-u", "nobody"] : []), settings], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const missing = once(child, "error").then(() => false);
  const gone = once(child, "exit").then(() => false);
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stderr })) {
      if (line.includes("process up")) return true;
    }
    return false;
  })();
  if (!(await Promise.race([missing, gone, ready]))) {
    await rm(folder, { recursive: true, force: true });
    return null;
  }
  child.stderr.resume();
  return {
    urlOf(databaseUrl) {
      const url = new URL(databaseUrl);
      url.host = `127.0.0.1:${port}`;
      return url.href;
    },
    async stop() {
      child.kill("SIGINT");
      child.kill("SIGTERM");
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
