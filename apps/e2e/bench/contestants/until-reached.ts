import { setTimeout as pause } from "node:timers/promises";

const LIMIT_MS = 120_000;
const LOOK_MS = 10;

/** Looks again and again until so many are counted. Rejects after two minutes. */
export async function untilReached(wanted: number, count: () => Promise<number>): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  for (let seen = await count(); seen < wanted; seen = await count()) {
    if (performance.now() > end) throw new Error(`${seen} of ${wanted} after ${LIMIT_MS / 1_000} s.`);
    await pause(LOOK_MS);
  }
}
