import { readdirSync, readFileSync } from "node:fs";

/**
 * One process as /proc shows it; microseconds of CPU, user and system together, which the kernel tells in steps of 10
 * ms.
 */
export type Usage = { parent: number; ownUs: number /** Of children that have ended. */; endedUs: number };

const TICK_US = 10_000;

/** All processes of the machine. Empty where there is no /proc. */
export function readProcesses(): Map<number, Usage> {
  const processes = new Map<number, Usage>();
  for (const name of listProc()) {
    const usage = /^\d+$/.test(name) ? readUsage(name) : null;
    if (usage) processes.set(Number(name), usage);
  }
  return processes;
}

/** Of a process, its descendants and those of them that have ended. */
export function treeUs(processes: ReadonlyMap<number, Usage>, root: number): number {
  const children = Map.groupBy(processes.keys(), (pid) => processes.get(pid)?.parent ?? 0);
  const sum = (pid: number): number => {
    const usage = processes.get(pid);
    const below = (children.get(pid) ?? []).reduce((total, child) => total + sum(child), 0);
    return usage ? usage.ownUs + usage.endedUs + below : 0;
  };
  return sum(root);
}

/** Of all cores together since the machine started, without waiting for disks. */
export function readMachine(): { busyUs: number; totalUs: number } {
  const line = readText("/proc/stat")?.split("\n")[0] ?? "";
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, irq = 0, softIrq = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const busy = user + nice + system + irq + softIrq + steal;
  return { busyUs: busy * TICK_US, totalUs: (busy + idle + waiting) * TICK_US };
}

function readUsage(pid: string): Usage | null {
  const text = readText(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The name before the bracket may hold anything.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const ticks = (at: number) => Number(fields[at] ?? 0);
  return {
    parent: ticks(1),
    ownUs: (ticks(11) + ticks(12)) * TICK_US,
    endedUs: (ticks(13) + ticks(14)) * TICK_US,
  };
}

/** Processes end while we look. */
function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function listProc(): string[] {
  try {
    return readdirSync("/proc");
  } catch {
    return [];
  }
}
