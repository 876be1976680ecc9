import { readMachine, readProcesses, treeUs } from "./processes.ts";

export type CpuReading = {
  /** Microseconds by the given names. */
  us: Record<string, number>;
  /** The part of the machine that processes other than ours took, 0 to 1. */
  others: number;
};

/**
 * Starts to count the CPU of some processes, each with its descendants. The returned function tells what they have used
 * since.
 */
export function meterCpu(pids: Readonly<Record<string, number>>): () => CpuReading {
  const before = look(pids);
  return () => {
    const after = look(pids);
    const us = Object.fromEntries(Object.keys(pids).map((name) => [name, after.by(name) - before.by(name)]));
    const busy = after.machine.busyUs - before.machine.busyUs;
    const total = after.machine.totalUs - before.machine.totalUs;
    // Everything the bench has started descends from it.
    const ours = after.ours - before.ours;
    return { us, others: total > 0 ? Math.max(0, (busy - ours) / total) : 0 };
  };
}

function look(pids: Readonly<Record<string, number>>) {
  const processes = readProcesses();
  return {
    by: (name: string) => treeUs(processes, pids[name] ?? 0),
    ours: treeUs(processes, process.pid),
    machine: readMachine(),
  };
}
