import type { BullWorker } from "./bull.ts";
import { endsWithin, orUnavailable } from "./deadline.ts";
import type { Driver } from "./driver.ts";

const FORCED_CLOSE_MS = 1_000;

/**
 * Closes a worker in bounded time. BullMQ's own close never ends while the store is away, since it waits for an answer; then
 * running handlers are waited for here, and how they ended is forgotten: their jobs run again later.
 */
export async function closeWorker(
  worker: BullWorker,
  running: ReadonlySet<Promise<void>>,
  driver: Driver,
  timeoutMs: number,
): Promise<void> {
  // The handle may never have been asked for anything, so whether its store is there shows only now.
  const answers = await orUnavailable(driver.ping(), FORCED_CLOSE_MS).then(
    () => true,
    () => false,
  );
  if (answers && (await endsWithin(worker.close(), timeoutMs))) return;
  if (!worker.closing) {
    await worker.pause(true);
    await endsWithin(Promise.allSettled(running), timeoutMs);
  }
  worker.cancelAllJobs("the worker is closing");
  await endsWithin(worker.close(true), FORCED_CLOSE_MS);
  await endsWithin(worker.getBackend().close(true), FORCED_CLOSE_MS);
}
