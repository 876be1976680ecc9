import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import type { LoadResult, Pace, Preparation, PreparedLoad } from "./messages.ts";

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL("./wrk.lua", import.meta.url));

/** What the script prints last. */
const Result = z.object({
  answers: z.int(),
  us: z.int(),
  /** Answers with a status of 400 or more; wrk tells statuses no finer. */
  refused: z.int(),
  /** Connections that failed, and answers that were no answers. */
  broken: z.int(),
  /** Microseconds. */
  p50: z.int(),
  p99: z.int(),
  usedUp: z.boolean(),
});

/** Whether this machine has wrk. */
export async function findWrk(): Promise<boolean> {
  const { code } = (await run("wrk", ["--version"]).catch((error: { code?: unknown }) => error)) as { code?: unknown };
  // It ends with 1 after it has told its version.
  return code !== "ENOENT";
}

/** Load from wrk, which takes a third of the CPU of this process. */
export async function prepareWrk(order: Preparation, paths: readonly string[]): Promise<PreparedLoad> {
  const file = join(tmpdir(), `verdict-bench-paths-${process.pid}`);
  await writeFile(file, `${paths.join("\n")}\n`);
  const discard = () => rm(file);
  return {
    discard,
    run: (pace) => runWrk(order, file, pace).finally(discard),
  };
}

async function runWrk(order: Preparation, file: string, pace: Pace): Promise<LoadResult> {
  const { port, connections, repeat, expects } = order;
  const args = ["-t1", `-c${connections}`, `-d${pace.seconds}s`, "--timeout", "15s", "-s", SCRIPT];
  const { stdout } = await run("wrk", [...args, `http://127.0.0.1:${port}`], {
    env: {
      PATH: process.env.PATH,
      PATHS: file,
      REPEAT: repeat ? "1" : "0",
      CONNECTIONS: `${connections}`,
      SEED: `${Math.floor(Math.random() * 2 ** 31)}`,
      ...(pace.kind === "paced" && { PER_SECOND: `${pace.perSecond}` }),
    },
  });
  const result = Result.parse(JSON.parse(stdout.split("\nresult ")[1] ?? "{}"));
  if (result.broken > 0) throw new Error(`${result.broken} connections or answers broke.`);
  if (result.usedUp) throw new Error("All requests were sent before the time was over.");
  const served = result.answers - result.refused;
  const [right, wrong, others] =
    expects < 400 ? [served, result.refused, "400 or more"] : [result.refused, served, "below 400"];
  return {
    answers: result.answers,
    seconds: result.us / 1e6,
    statuses: { [expects]: right, ...(wrong > 0 && { [others]: wrong }) },
    p50: result.p50 / 1_000,
    p99: result.p99 / 1_000,
    sentLate: null,
  };
}
