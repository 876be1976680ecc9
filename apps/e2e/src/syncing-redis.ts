import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

/** For scripts; tests have the kit's. Starts the machine's own redis-server, which syncs a write before it answers. */
export async function startSyncingRedis(folder: string): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const settings = { port, bind: "127.0.0.1", dir: folder, appendonly: "yes", appendfsync: "always" };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const server = spawn("redis-server", [...args, "--save", ""], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(server, "close");
  const lines = createInterface({ input: server.stdout });
  const ready = Promise.withResolvers<boolean>();
  lines.on("line", (line) => line.includes("Ready to accept connections") && ready.resolve(true));
  lines.on("close", () => ready.resolve(false));
  // Rejects where there is no redis-server.
  if (!(await Promise.race([ready.promise, gone.then(() => false)])))
    throw new Error("The redis-server did not start.");
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      server.kill("SIGTERM");
      await gone;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("The system gave no port.");
  return address.port;
}
