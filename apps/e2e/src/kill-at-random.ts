import { setTimeout as pause } from "node:timers/promises";
import type { StackProcess } from "./stack-process.ts";

/** The parts that hold no state of their own. The simulator plays the outside world, and has to remember it. */
const VICTIMS = ["receiver", "worker", "api"];

/**
 * Kills a process of the stack at random, again and again, until `until` has ended: any that is in service, however short
 * its life has been. Those that are just being started do nothing yet. Returns how often each was killed.
 */
export async function killAtRandom(
  stack: StackProcess,
  everyMs: number,
  until: Promise<unknown>,
): Promise<Record<string, number>> {
  const kills: Record<string, number> = {};
  const first = new Set(Object.values(await stack.pids()));
  let over = false;
  until.then(
    () => (over = true),
    () => (over = true),
  );
  for (;;) {
    await pause(everyMs);
    const again = runAgain(stack.lines);
    const inService = Object.entries(await stack.pids()).filter(
      ([name, pid]) => VICTIMS.includes(appOf(name)) && (first.has(pid) || again.has(pid)),
    );
    const [name, pid] = inService[Math.floor(Math.random() * inService.length)] ?? [];
    if (over) return kills;
    if (!name || !pid || !kill(pid)) continue;
    kills[appOf(name)] = (kills[appOf(name)] ?? 0) + 1;
  }
}

/** `worker-2` is a worker. */
const appOf = (name: string): string => name.replace(/-\d+$/, "");

/** The processes that were ready again after their predecessor had been killed, as `npm start` says it. */
const runAgain = (lines: readonly string[]): Set<number> =>
  new Set(lines.flatMap((line) => Number(/runs again, pid (\d+)/.exec(line)?.[1]) || []));

/** False: it has ended already, and its successor is on its way. */
function kill(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}
