import { setTimeout as sleep } from "node:timers/promises";

/** Something to wait for. One that was rung while nobody waited is heard by the next who does. */
export function bell() {
  let rung = false;
  let wake = () => {};
  return {
    ring(): void {
      rung = true;
      wake();
    },
    /** Resolves when it rings, after `ms` unless that is null, or when `stopping` says so. */
    async rung(ms: number | null, stopping: AbortSignal): Promise<void> {
      if (!rung && !stopping.aborted) {
        const heard = new AbortController();
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        const signal = AbortSignal.any([heard.signal, stopping]);
        stopping.addEventListener("abort", () => resolve(), { once: true, signal: heard.signal });
        if (ms !== null) void sleep(ms, undefined, { signal }).then(resolve, () => {});
        await promise;
        heard.abort();
      }
      rung = false;
    },
  };
}
