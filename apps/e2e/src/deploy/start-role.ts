import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { NODE_FLAGS } from "@verdict/runtime";
import { ROOT } from "../source-files.ts";

export const ENTRYPOINT = join(ROOT, "deploy/docker/entrypoint.mjs");

/**
 * Starts a role by the image's entrypoint with this environment and nothing else, waits until it is ready or ends, stops it as
 * Docker does, and returns how it ended and what it said about what is wrong.
 */
export async function startAndStopRole(role: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [...NODE_FLAGS, ENTRYPOINT, role], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: { PATH: process.env.PATH, ...env },
  });
  const said = child.stderr ? text(child.stderr) : Promise.resolve("");
  const exited = once(child, "exit");
  const ready = await Promise.race([once(child, "message").then(() => true), exited.then(() => false)]);
  child.kill("SIGTERM");
  const [code] = await exited;
  return { ready, code, said: await said };
}
