import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

export type TestRedis = { url: string; pid: number; stop(): Promise<void> };

export type TestRedisOptions = {
  folder: string;
  port?: number;
  /** Default `always`: every write is synced before its answer. `everysec` is Redis's own default. */
  appendfsync?: "always" | "everysec";
};

/**
 * Starts the machine's own redis-server on a free loopback port, set up as the production guide asks: every write synced,
 * nothing evicted. Null when the machine has none.
 */
export async function startRedis(options: TestRedisOptions): Promise<TestRedis | null> {
  const port = options.port ?? (await freePort());
  const server = spawn(
    "redis-server",
    ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", options.folder, "--save", ""].concat([
      "--appendonly",
      "yes",
      "--appendfsync",
      options.appendfsync ?? "always",
      "--maxmemory-policy",
      "noeviction",
    ]),
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const missing = once(server, "error").then(() => "missing" as const);
  const ready = (async () => {
    for await (const line of createInterface({ input: server.stdout })) {
      if (line.includes("Ready to accept connections")) return "ready" as const;
    }
    return "missing" as const;
  })();
  if ((await Promise.race([missing, ready])) === "missing") return null;
  server.stdout.resume();
  const gone = once(server, "exit");
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: server.pid ?? 0,
    async stop() {
      server.kill("SIGTERM");
      await gone;
    },
  };
}

/** A loopback port nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("The system gave no port.");
  return address.port;
}
