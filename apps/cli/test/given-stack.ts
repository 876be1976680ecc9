import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, expect } from "vitest";
import { processIdentity } from "../src/stack/process-identity.ts";
import { readStackFile, type Stack } from "../src/stack/stack-file.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export function givenDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), "verdict-cli-"));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "data");
}

/** No embedded database, and ports of its own. */
export const bare = {
  DATABASE_URL: "postgres://nobody@127.0.0.1:1/none",
  RECEIVER_PORT: "0",
  API_PORT: "0",
  SIMULATOR_PORT: "0",
};

/** All that production asks for. */
export const production = {
  NODE_ENV: "production",
  DATABASE_URL: bare.DATABASE_URL,
  PUBLIC_CALLBACK_BASE_URL: "https://verdict.example.com",
  CALLBACK_TOKEN_KEYS: `k1:${"s".repeat(32)}`,
  MERCHANT_USER_PEPPER: "p".repeat(32),
  DATA_ENCRYPTION_KEYS: `d1:${Buffer.from("a key that only the tests know..").toString("base64")}`,
  AUTH_SECRET: "a".repeat(32),
  ALIBABA_CLOUD_ACCESS_KEY_ID: "id",
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret",
  RECEIVER_PORT: "0",
  API_PORT: "0",
};

/** The stack of fixtures as a process, with what it says. */
export function givenStart(
  dataDir: string,
  env: Record<string, string> = bare,
  args: string[] = [],
  wrapper: string[] = [],
) {
  const main = fileURLToPath(new URL("fixtures/start.ts", import.meta.url));
  const [program = "", ...rest] = [...wrapper, process.execPath, main, ...args];
  const child = spawn(program, rest, {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, DATA_DIR: dataDir, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  cleanups.push(() => kill(child, dataDir));
  const lines: string[] = [];
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on("line", (line) => lines.push(line));
  }
  const closed = once(child, "close");
  return {
    child,
    lines,
    stack: () => readStackFile(dataDir),
    said: (pattern: RegExp) =>
      eventually(
        () => lines.find((line) => pattern.test(line)),
        () => lines.join("\n"),
      ),
    ready: async (): Promise<Stack> => {
      await eventually(
        () => lines.some((line) => line.startsWith("ready")) || child.exitCode !== null,
        () => lines.join("\n"),
      );
      const stack = readStackFile(dataDir);
      if (!stack) throw new Error(`It did not start:\n${lines.join("\n")}`);
      return stack;
    },
    ended: async () => {
      const [code] = await closed;
      return { code, lines };
    },
  };
}

/** What `seek` finds, as soon as it finds something. */
export async function eventually<T>(seek: () => T | Promise<T>, otherwise = () => "nothing"): Promise<NonNullable<T>> {
  let found: NonNullable<T> | undefined;
  await expect
    .poll(async () => (found = (await seek()) || undefined), { timeout: 30_000, message: otherwise() })
    .toBeTruthy();
  return found as NonNullable<T>;
}

export const runs = (pid: number | undefined) => pid !== undefined && processIdentity(pid) !== null;

async function kill(child: ChildProcess, dataDir: string): Promise<void> {
  const pids = Object.values(readStackFile(dataDir)?.pids ?? {});
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  }
  for (const pid of pids.filter(runs)) process.kill(pid, "SIGINT");
  await eventually(() => !pids.some(runs));
}

export const read = (dataDir: string, name: string) => readFileSync(join(dataDir, name), "utf8");
