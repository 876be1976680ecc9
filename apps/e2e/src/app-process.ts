import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { NODE_FLAGS } from "@verdict/runtime";
import { inheritedEnvironment, LOAD_QUICKLY } from "./inherited-environment.ts";
import { ROOT } from "./source-files.ts";

/** One of the apps, running as users run it. */
export type AppProcess = {
  pid: number;
  /** 0 when it serves none. */
  port: number;
  /** What it has printed so far. */
  output: readonly string[];
  errors: readonly string[];
  /** Sends the signal before it returns. Resolves with the exit code when the process is gone; null: by a signal. */
  kill(signal: NodeJS.Signals): Promise<number | null>;
  /** As a supervisor stops it. */
  stop(): Promise<number | null>;
  /** Whether it still runs, as the same process. */
  isAlive(): boolean;
};

/** The app ended before it was ready. */
export class NotStartedError extends Error {
  override readonly name = "NotStartedError";
  readonly code: number | null;
  readonly errors: readonly string[];
  constructor(app: string, code: number | null, errors: readonly string[]) {
    super(`The ${app} ended with ${code} before it was ready:\n${errors.join("\n")}`);
    this.code = code;
    this.errors = errors;
  }
}

/** Starts an app's own main.ts with this environment and nothing else. Resolves when the app says that it is ready. */
export async function startApp(app: string, env: Readonly<Record<string, string>>): Promise<AppProcess> {
  const child = spawn(
    process.execPath,
    [...NODE_FLAGS, "--import", LOAD_QUICKLY, join(ROOT, "apps", app, "src/main.ts")],
    {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: { ...inheritedEnvironment(), ...env },
    },
  );
  const [output, errors] = [linesOf(child.stdout), linesOf(child.stderr)];
  const gone = once(child, "close").then(([code]: (number | null)[]) => code ?? null);
  const said = await Promise.race([once(child, "message"), gone]);
  if (!Array.isArray(said)) throw new NotStartedError(app, said, errors);

  const [{ port = 0 }] = said as [{ port?: number }];
  const kill = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return gone;
  };
  return {
    pid: child.pid ?? 0,
    port,
    output,
    errors,
    kill,
    stop: () => kill("SIGTERM"),
    isAlive: () => child.exitCode === null && child.signalCode === null,
  };
}

function linesOf(stream: Readable | null): string[] {
  const lines: string[] = [];
  if (stream) createInterface({ input: stream }).on("line", (line) => lines.push(line));
  return lines;
}
