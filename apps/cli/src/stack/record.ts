import type { Ports } from "./app-environment.ts";
import { processIdentity } from "./process-identity.ts";
import type { StackSettings } from "./settings.ts";
import { claimStackFile, removeStackFile, type Stack, writeStackFile } from "./stack-file.ts";

/** The stack's entry in DATA_DIR/stack.json, kept true while it runs. */
export type StackRecord = {
  stack: Stack;
  update(changes: Partial<Stack>): void;
  /** Where a supervisor reports the process ids of one part. */
  pidOf(name: string): (pid: number | null) => void;
  remove(): void;
};

/** Claims the data for this process. Throws a SettingsError when another stack runs on it. */
export function openRecord({ dataDir, env }: StackSettings): StackRecord {
  const stack: Stack = {
    pid: process.pid,
    identity: processIdentity(process.pid) ?? "",
    startedAt: new Date().toISOString(),
    ready: false,
    urls: {},
    queuePrefix: env.QUEUE_PREFIX,
    settings: {
      verificationTtlSeconds: env.VERIFICATION_TTL_SECONDS,
      expiryGraceSeconds: env.EXPIRY_GRACE_SECONDS,
      checkScheduleSeconds: env.CHECK_SCHEDULE_SECONDS,
      sweepIntervalMs: env.SWEEP_INTERVAL_MS,
    },
    pids: {},
    parts: {},
  };
  claimStackFile(dataDir, stack);
  let open = true;

  const update = (changes: Partial<Stack>) => {
    Object.assign(stack, changes);
    if (open) writeStackFile(dataDir, stack);
  };
  return {
    stack,
    update,
    pidOf: (name) => (pid) => {
      const { [name]: _pid, ...pids } = stack.pids;
      const { [name]: _part, ...parts } = stack.parts;
      if (pid === null) return update({ pids, parts });
      const part = { pid, identity: processIdentity(pid) ?? "" };
      update({ pids: { ...pids, [name]: pid }, parts: { ...parts, [name]: part } });
    },
    remove: () => {
      open = false;
      removeStackFile(dataDir);
    },
  };
}

/** Where the parts of a stack answer; in production, where a proxy stands before it, the same addresses on this machine. */
export const urlsOf = (ports: Ports, simulator: boolean): Stack["urls"] => ({
  receiver: `http://127.0.0.1:${ports.RECEIVER_PORT}`,
  api: `http://127.0.0.1:${ports.API_PORT}`,
  ...(simulator ? { simulator: `http://127.0.0.1:${ports.SIMULATOR_PORT}` } : {}),
});
