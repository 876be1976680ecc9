import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@verdict/testkit";
import type { BreakableStore } from "./breakable-store.ts";

/** A redis-server of the test's own, which keeps its data over a restart. With `more` settings of its own. */
export async function ownRedis(...more: readonly string[]): Promise<BreakableStore> {
  const folder = await mkdtemp(join(tmpdir(), "verdict-redis-"));
  let port = await freePort();
  let running: ChildProcess | undefined;

  async function start(): Promise<void> {
    const options = [
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--dir",
      folder,
      "--save",
      "",
      "--appendonly",
      "yes",
      ...more,
    ];
    const child = spawn("redis-server", options, { stdio: ["ignore", "pipe", "inherit"] });
    running = child;
    let said = "";
    for await (const data of child.stdout) {
      said += data;
      if (said.includes("Ready to accept connections")) return;
    }
    throw new Error(`redis-server did not start: ${said}`);
  }

  async function stop(): Promise<void> {
    if (!running || running.exitCode !== null) return;
    const exited = once(running, "exit");
    running.kill("SIGTERM");
    await exited;
  }

  /** A node of a cluster listens on a second port, 10,000 above its own, which may be taken or too high. */
  async function startWhereFree(tries = 5): Promise<void> {
    try {
      await start();
    } catch (error) {
      if (tries === 1 || !/Address already in use|port number too high/i.test(String(error))) throw error;
      port = await freePort();
      await startWhereFree(tries - 1);
    }
  }

  await startWhereFree();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    stop,
    async remove() {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}
