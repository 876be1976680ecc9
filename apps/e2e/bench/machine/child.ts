import { spawn } from "node:child_process";
import { once } from "node:events";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { NODE_FLAGS } from "@verdict/runtime";
import type { Stage } from "./stage.ts";

export type Child = {
  pid: number;
  /** 0 for a process that serves nothing. */
  port: number;
  /** Sends a message and waits for the next one that comes back. Rejects when the process ends instead. */
  ask<Answer>(message: object): Promise<Answer>;
  stop(): Promise<void>;
};

const READY_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 12_000;
const LINES_KEPT = 12;

/**
 * Starts a Node program that says `{ type: "ready", port? }` when it is, with the flags that Verdict starts Node with, whoever's program
 * it is. It inherits no setting of ours, only what it is given.
 */
export async function startChild(stage: Stage, program: URL, env: Record<string, string> = {}): Promise<Child> {
  stage.refuseWhenClosed();
  const path = fileURLToPath(program);
  const { PATH = "", HOME = "", TMPDIR } = process.env;
  const child = spawn(process.execPath, [...NODE_FLAGS, path], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { PATH, HOME, ...(TMPDIR && { TMPDIR }), ...env },
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => said.splice(0, said.push(chunk.toString().trimEnd()) - LINES_KEPT));
  }
  const exited = once(child, "exit");
  const died = exited.then(() => Promise.reject(new Error(`${nameOf(path)} ended\n${said.join("\n")}`)));
  died.catch(() => undefined);

  async function stop(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    const limit = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
    await exited;
    clearTimeout(limit);
  }

  const nextMessage = () => Promise.race([once(child, "message"), died]);
  stage.onClose(stop);
  const limit = setTimeout(() => child.kill("SIGKILL"), READY_LIMIT_MS);
  const [ready] = await nextMessage().finally(() => clearTimeout(limit));
  return {
    pid: child.pid ?? 0,
    port: ready.port ?? 0,
    async ask(message) {
      child.send(message, () => undefined);
      const [answer] = await nextMessage();
      return answer;
    },
    stop,
  };
}

/** `receiver/src/main.ts`: enough to know it by, and nothing about the machine. */
const nameOf = (path: string): string => {
  const source = dirname(path);
  return join(basename(dirname(source)), basename(source), basename(path));
};
