import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs `work` again and again, `intervalMs` after the last run ended, until `stopping`. An error is told once and the next
 * run comes as usual. Resolves when the last run is over.
 */
export async function repeat(
  work: () => Promise<unknown>,
  intervalMs: number,
  stopping: AbortSignal,
  onError: (error: unknown) => void,
): Promise<void> {
  let failing = false;
  while (!stopping.aborted) {
    try {
      await work();
      failing = false;
    } catch (error) {
      if (!failing) onError(error);
      failing = true;
    }
    await sleep(intervalMs, undefined, { signal: stopping }).catch(() => {});
  }
}
