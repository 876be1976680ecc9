import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SettingsError } from "@verdict/runtime";
import { z } from "zod";
import { stillRuns } from "./process-identity.ts";

const part = z.object({ pid: z.number(), identity: z.string() });

const stack = z.object({
  pid: z.number(),
  identity: z.string(),
  startedAt: z.string(),
  /** False while it starts. */
  ready: z.boolean(),
  /** Of receiver, api and simulator, on this machine. Empty until the ports are known. */
  urls: z.record(z.string(), z.string()),
  /** Absent in production, where no secret is written to disk. */
  databaseUrl: z.string().optional(),
  queueUrl: z.string().optional(),
  queuePrefix: z.string(),
  settings: z.object({
    verificationTtlSeconds: z.number(),
    expiryGraceSeconds: z.number(),
    checkScheduleSeconds: z.array(z.number()),
    sweepIntervalMs: z.number(),
  }),
  pids: z.record(z.string(), z.number()),
  /** The same processes, recognisable after their ids have been given to others. */
  parts: z.record(z.string(), part),
});

/** What a running stack tells other commands, in DATA_DIR/stack.json. */
export type Stack = z.output<typeof stack>;

const fileIn = (dataDir: string) => join(dataDir, "stack.json");

/** The stack that runs on this data, ready or still starting; null: none. */
export function readStack(dataDir: string): Stack | null {
  const found = readStackFile(dataDir);
  return found && stillRuns(found) ? found : null;
}

/** The file as it lies there, also when its stack has died without removing it. */
export function readStackFile(dataDir: string): Stack | null {
  try {
    return stack.parse(JSON.parse(readFileSync(fileIn(dataDir), "utf8")));
  } catch {
    // Absent, or cut off by a crash: either way it tells nothing.
    return null;
  }
}

/** Written beside and renamed, so that a reader never sees half of it. */
export function writeStackFile(dataDir: string, value: Stack): void {
  renameSync(writeBeside(dataDir, value), fileIn(dataDir));
}

/** Makes this data ours. Throws a SettingsError when another stack has it; one that is dead has nothing. */
export function claimStackFile(dataDir: string, value: Stack): void {
  const holder = readStack(dataDir);
  if (holder) throw inUse(dataDir, `pid ${holder.pid}`);
  removeStackFile(dataDir);
  const fresh = writeBeside(dataDir, value);
  try {
    // Unlike a rename, this fails when somebody else was faster.
    linkSync(fresh, fileIn(dataDir));
  } catch {
    throw inUse(dataDir, "begun a moment ago");
  } finally {
    rmSync(fresh);
  }
}

function writeBeside(dataDir: string, value: Stack): string {
  const fresh = `${fileIn(dataDir)}.${value.pid}`;
  writeFileSync(fresh, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  return fresh;
}

const inUse = (dataDir: string, who: string) =>
  new SettingsError(`DATA_DIR: another npm start (${who}) uses ${dataDir}; stop it, or set DATA_DIR to another folder`);

export const removeStackFile = (dataDir: string) => rmSync(fileIn(dataDir), { force: true });
