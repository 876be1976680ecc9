import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Account } from "./account.ts";

type Options = {
  account: Account;
  /** Open files the program inherits, from descriptor 3 on. */
  fds?: readonly number[];
  /** Every line the program writes. */
  onLine: (line: string) => void;
};

/**
 * Starts one of Postgres' programs, away from everything of ours it does not need: no settings in its environment, no
 * working directory it might be unable to enter, and no terminal whose Ctrl-C would reach it before us.
 */
export function startProgram(program: string, args: readonly string[], { account, fds = [], onLine }: Options) {
  const child = spawn(program, args, {
    ...account,
    cwd: "/",
    detached: true,
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
    stdio: ["ignore", "pipe", "pipe", ...fds],
  });
  for (const output of [child.stdout, child.stderr]) {
    if (output) createInterface({ input: output }).on("line", onLine);
  }
  return child;
}

/** Runs one of Postgres' programs to its end. */
export async function runProgram(program: string, args: readonly string[], options: Omit<Options, "onLine">) {
  const lines: string[] = [];
  try {
    const child = startProgram(program, args, { ...options, onLine: (line) => lines.push(line) });
    await once(child, "close");
    return { ok: child.exitCode === 0, lines };
  } catch (error) {
    // It could not even be started: no permission, or no loader for its format.
    return { ok: false, lines: [...lines, (error as Error).message] };
  }
}

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

/** Resolves when the process has ended, also when that was long ago or it never began. */
export function exitOf(child: ChildProcess): Promise<Exit> {
  const ended = Promise.withResolvers<Exit>();
  child.once("exit", (code, signal) => ended.resolve({ code, signal }));
  child.once("error", () => child.pid === undefined && ended.resolve({ code: null, signal: null }));
  return ended.promise;
}
