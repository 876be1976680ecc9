import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "@verdict/testkit";

/** Debian's name, then the one of the project's own builds. */
const NAMES = ["prometheus-alertmanager", "alertmanager"];

/** The machine's own Alertmanager; null when it has none. */
export const alertmanagerBinary = (): string | null =>
  NAMES.find((name) => spawnSync(name, ["--version"]).status === 0) ?? null;

/** Starts a real Alertmanager that notifies nobody, alone on a free loopback port. */
export async function startAlertmanager(binary: string): Promise<{ url: string; port: number; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "verdict-alertmanager-"));
  const config = join(folder, "alertmanager.yml");
  await writeFile(config, "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n");
  const port = await freePort();
  const server = spawn(
    binary,
    [
      `--config.file=${config}`,
      `--storage.path=${folder}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const gone = once(server, "exit");
  for await (const line of createInterface({ input: server.stderr })) {
    if (/Listening on/i.test(line)) break;
  }
  server.stderr.resume();
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async stop() {
      server.kill("SIGTERM");
      await gone;
      await rm(folder, { recursive: true });
    },
  };
}
