import { parentPort } from "node:worker_threads";
import { clockMs } from "./clock.ts";

/**
 * Wakes the thread that sends, at each instant. Timers of the event loop know whole milliseconds only; a futex is
 * finer.
 */
parentPort?.on("message", ({ instants, begin }: { instants: Float64Array; begin: number }) => {
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (const instant of instants) {
    const wait = begin + instant - clockMs();
    if (wait > 0) Atomics.wait(never, 0, 0, wait);
    parentPort?.postMessage(null);
  }
});
