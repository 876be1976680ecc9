import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "@verdict/testkit";
import type { Lab } from "../../lab.ts";
import type { Contestant } from "../contestant.ts";

const PATIENCE_MS = 10_000;

/**
 * Debian's `webhook`, which runs a program for each request: here /bin/true. It checks no token and stores nothing. None where the
 * machine does not have it. The CPU of the programs it runs is not in its figures.
 */
export async function startWebhook(lab: Lab): Promise<Contestant[]> {
  const hooks = join(lab.stage.folder, "hooks.json");
  await writeFile(hooks, JSON.stringify([{ id: "default", "execute-command": "/bin/true" }]));
  const port = await freePort();
  lab.stage.refuseWhenClosed();
  const args = ["-hooks", hooks, "-ip", "127.0.0.1", "-port", `${port}`, "-urlprefix", "callbacks"];
  const server = spawn("webhook", args, { stdio: "ignore" });
  const gone = Promise.race([once(server, "exit"), once(server, "error")]).catch(() => undefined);
  lab.stage.onClose(async () => {
    if (server.kill("SIGTERM")) await gone;
  });
  const there = await Promise.race([gone.then(() => false), untilListening(port)]);
  if (!there || server.pid === undefined) return [];
  const name = "webhook (no check, no store)";
  return [{ name, port, pids: { server: server.pid }, expects: 200, count: null, clear: async () => {} }];
}

/** `webhook version 2.8.0`, as it says itself. */
export const webhookVersion = (): string =>
  spawnSync("webhook", ["-version"], { encoding: "utf8" }).stdout?.trim() ?? "";

async function untilListening(port: number): Promise<boolean> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(20)) {
    const socket = connect(port, "127.0.0.1");
    const open = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return true;
  }
  return false;
}
