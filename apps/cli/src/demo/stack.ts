import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { readStack, type Stack } from "../stack/stack-file.ts";

/** The stack a demo runs against. */
export type DemoStack = {
  kind: "running" | "own";
  urls: { api: string; simulator: string };
  apiKey: string;
  /** What the queue runs on. */
  queue: "redis" | "postgres";
  pids: Readonly<Record<string, number>>;
  databaseUrl: string | undefined;
  /** How long after the window has lapsed its final question waits. */
  graceSeconds: number;
  stop(): Promise<void>;
};

/** Longest time a session may take to lapse for the demo to wait for it on a stack it did not start. */
const PATIENCE_SECONDS = 180;

/** Seconds instead of half an hour, so that people who walk away are through within the demo. */
const OWN_CLOCK = {
  VERIFICATION_TTL_SECONDS: "20",
  EXPIRY_GRACE_SECONDS: "4",
  CHECK_SCHEDULE_SECONDS: "4,8,14",
  SWEEP_INTERVAL_MS: "250",
};

/** The running stack, if there is one whose sessions lapse soon enough; else one of the demo's own, with a fast clock. */
export async function findStack(say: (line: string) => void): Promise<DemoStack> {
  const dataDir = resolve(process.env.DATA_DIR || ".data");
  const running = readStack(dataDir);
  if (running?.ready) {
    const lapse = running.settings.verificationTtlSeconds + running.settings.expiryGraceSeconds;
    if (lapse <= PATIENCE_SECONDS) return useRunning(running, dataDir);
    say(`The running stack lets people take ${lapse} s; the demo starts one of its own with a faster clock.`);
  }
  return startOwn(say);
}

async function useRunning(stack: Stack, dataDir: string): Promise<DemoStack> {
  const apiKey = process.env.API_BOOTSTRAP_KEY ?? (await readFile(join(dataDir, "operator-key"), "utf8")).trim();
  return { kind: "running", ...describe(stack), apiKey, stop: async () => {} };
}

async function startOwn(say: (line: string) => void): Promise<DemoStack> {
  const dataDir = await mkdtemp(join(tmpdir(), "verdict-demo-"));
  const apiKey = `vk_${randomBytes(24).toString("base64url")}`;
  const {
    DATABASE_URL: _,
    PUBLIC_CALLBACK_BASE_URL: __,
    PROVIDER_ENDPOINT: ___,
    ROUTES_FILE: ____,
    ...env
  } = process.env;
  const main = new URL("../main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main, "start"], {
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: Ctrl-C reaches the demo, which then stops its stack in order.
    detached: true,
    env: {
      ...OWN_CLOCK,
      ...env,
      DATA_DIR: dataDir,
      API_BOOTSTRAP_KEY: apiKey,
      QUEUE_PREFIX: `demo-${randomBytes(4).toString("hex")}`,
      RECEIVER_PORT: "0",
      API_PORT: "0",
      SIMULATOR_PORT: "0",
    },
  });
  const exited = once(child, "exit");
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
    await rm(dataDir, { recursive: true, force: true });
  };
  process.once("exit", () => child.kill("SIGTERM"));

  const lines: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => lines.push(chunk.toString()));
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line.startsWith("ready")) break;
  }
  const stack = readStack(dataDir);
  if (!stack?.ready) {
    await stop();
    throw new Error(`The demo's own stack did not start:\n${lines.join("\n")}`);
  }
  child.stdout.resume();
  say(
    `Started a stack for this demo: ${Object.entries(stack.pids)
      .map(([name, pid]) => `${name} ${pid}`)
      .join(", ")}`,
  );
  return { kind: "own", ...describe(stack), apiKey, stop };
}

function describe(stack: Stack): Pick<DemoStack, "urls" | "queue" | "pids" | "databaseUrl" | "graceSeconds"> {
  const { api, simulator } = stack.urls;
  if (!api || !simulator) throw new Error("The demo needs the simulator, and the running stack has none.");
  const queue = stack.queueUrl?.startsWith("redis") ? "redis" : "postgres";
  const graceSeconds = stack.settings.expiryGraceSeconds;
  return { urls: { api, simulator }, queue, pids: stack.pids, databaseUrl: stack.databaseUrl, graceSeconds };
}
