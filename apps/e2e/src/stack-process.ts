import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { inheritedEnvironment, LOAD_QUICKLY } from "./inherited-environment.ts";
import { ROOT } from "./source-files.ts";

const CLI = join(ROOT, "apps/cli/src/main.ts");

/** The part of DATA_DIR/stack.json that tests look at. */
type StackFile = { urls: Record<"api" | "receiver" | "simulator", string>; pids: Record<string, number> };

export type StackProcess = {
  dataDir: string;
  apiKey: string;
  urls: StackFile["urls"];
  /** Everything `npm start` has printed. */
  lines: string[];
  /** Process ids as they are now: a part that was restarted has a new one. */
  pids(): Promise<StackFile["pids"]>;
  /** Ctrl-C. Resolves with the exit code. */
  stop(): Promise<number | null>;
  removeData(): Promise<void>;
};

/** A clock for tests: people have seconds, not half an hour. */
const FAST_CLOCK = {
  VERIFICATION_TTL_SECONDS: "12",
  EXPIRY_GRACE_SECONDS: "2",
  CHECK_SCHEDULE_SECONDS: "2,5,9",
  SWEEP_INTERVAL_MS: "200",
};

/** Starts the whole stack as `npm start` does, on free ports. Resolves at the line that begins with `ready`. */
export async function startStack(env: Record<string, string> = {}, dataDir?: string): Promise<StackProcess> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), "verdict-e2e-")));
  const apiKey = env.API_BOOTSTRAP_KEY ?? "vk_for_the_end_to_end_tests";
  const child = spawn(process.execPath, ["--import", LOAD_QUICKLY, CLI, "start"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...inheritedEnvironment(), ...FAST_CLOCK, ...ports, DATA_DIR: folder, API_BOOTSTRAP_KEY: apiKey, ...env },
  });
  const exited = once(child, "exit");
  const lines: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => lines.push(chunk.toString().trimEnd()));
  const ready = Promise.withResolvers<boolean>();
  const output = createInterface({ input: child.stdout });
  output.on("line", (line) => {
    lines.push(line);
    if (line.startsWith("ready")) ready.resolve(true);
  });
  output.on("close", () => ready.resolve(false));
  if (!(await ready.promise)) throw new Error(`The stack did not start:\n${lines.join("\n")}`);

  const readFileNow = async (): Promise<StackFile> => JSON.parse(await readFile(join(folder, "stack.json"), "utf8"));
  const { urls } = await readFileNow();
  return {
    dataDir: folder,
    apiKey,
    urls,
    lines,
    pids: async () => (await readFileNow()).pids,
    async stop() {
      child.kill("SIGINT");
      const [code] = await exited;
      return code;
    },
    removeData: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Runs `npm run demo -- … --json` against a stack, or its own when none is given, and returns what it printed. */
export async function runDemo(
  args: readonly string[],
  env: Record<string, string> = {},
  say: (words: string) => void = () => {},
) {
  const child = spawn(process.execPath, ["--import", LOAD_QUICKLY, CLI, "demo", "--json", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...inheritedEnvironment(), ...FAST_CLOCK, ...env },
  });
  const said: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => {
    said.push(chunk.toString());
    say(chunk.toString());
  });
  const printed: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => printed.push(chunk.toString()));
  const [code] = await once(child, "close");
  if (printed.length === 0) throw new Error(`The demo printed nothing:\n${said.join("")}`);
  return { code, summary: JSON.parse(printed.join("")) };
}

/** Runs `npm run verdict -- …` and returns how it ended and what it printed. */
export async function runVerdict(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["--import", LOAD_QUICKLY, CLI, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...inheritedEnvironment(), ...FAST_CLOCK, ...env },
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => printed.push(chunk.toString()));
  }
  const [code] = await once(child, "close");
  return { code, printed: printed.join("") };
}

const ports = { RECEIVER_PORT: "0", API_PORT: "0", SIMULATOR_PORT: "0" };
