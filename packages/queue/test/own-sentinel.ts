import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@verdict/testkit";

/** A sentinel that knows one master by name. It writes down what it learns, so it needs a file of its own. */
export async function ownSentinel(masterUrl: string, name: string): Promise<{ host: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "verdict-sentinel-"));
  const port = await freePort();
  const file = join(folder, "sentinel.conf");
  const lines = [`port ${port}`, "bind 127.0.0.1", `sentinel monitor ${name} 127.0.0.1 ${new URL(masterUrl).port} 1`];
  await writeFile(file, `${lines.join("\n")}\n`);
  const child = spawn("redis-server", [file, "--sentinel"], { stdio: ["ignore", "pipe", "inherit"], cwd: folder });
  let said = "";
  for await (const data of child.stdout) {
    said += data;
    if (said.includes("Sentinel ID is")) break;
  }
  return {
    host: `127.0.0.1:${port}`,
    async remove() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}
