import { setTimeout as pause } from "node:timers/promises";
import type { StackProcess } from "./stack-process.ts";

/** The parts that hold no state of their own. The simulator plays the outside world, and has to remember it. */
const VICTIMS = ["receiver", "worker", "api"];

/** Each restart is put off longer, so a part that has just come back is left alone for a while. */
const SPARED_MS = 4_000;

/** Kills a part of the stack at random, again and again, until `until` has ended. Returns how often each was killed. */
export async function killAtRandom(
  stack: StackProcess,
  everyMs: number,
  until: Promise<unknown>,
): Promise<Record<string, number>> {
  const kills: Record<string, number> = {};
  const since = new Map<number, number>();
  let over = false;
  until.then(
    () => (over = true),
    () => (over = true),
  );
  while (!over) {
    await pause(everyMs);
    const pids = await stack.pids();
    for (const pid of Object.values(pids)) if (!since.has(pid)) since.set(pid, performance.now());
    const old = VICTIMS.filter((name) => performance.now() - (since.get(pids[name] ?? 0) ?? Infinity) > SPARED_MS);
    const name = old[Math.floor(Math.random() * old.length)];
    const pid = name && pids[name];
    if (over || !pid || !kill(pid)) continue;
    kills[name] = (kills[name] ?? 0) + 1;
  }
  return kills;
}

/** False: it has ended already, and its successor is on its way. */
function kill(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}
