import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { freePort } from "./free-port.ts";

/** For scripts; tests have the kit's. Starts the machine's own redis-server, which syncs a write before it answers. */
export async function startSyncingRedis(folder: string, givenPort?: number) {
  const port = givenPort ?? (await freePort());
  const settings = { port, bind: "127.0.0.1", dir: folder, appendonly: "yes", appendfsync: "always" };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const server = spawn("redis-server", [...args, "--save", ""], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(server, "close");
  const lines = createInterface({ input: server.stdout });
  const ready = Promise.withResolvers<boolean>();
  lines.on("line", (line) => line.includes("Ready to accept connections") && ready.resolve(true));
  lines.on("close", () => ready.resolve(false));
  // Rejects where there is no redis-server.
  if (!(await Promise.race([ready.promise, gone.then(() => false)]))) {
    throw new Error("The redis-server did not start.");
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: server.pid ?? 0,
    async stop(): Promise<void> {
      server.kill("SIGTERM");
      await gone;
    },
  };
}
