import { setTimeout as pause } from "node:timers/promises";
import { openQueue, reconcileReceipts, unpackClaims } from "@verdict/queue";

const LIMIT_MS = 60_000;

/** Takes every job from the queue, as a worker would, and counts the different callbacks in them. */
export async function countQueuedClaims(url: string, prefix: string): Promise<number> {
  const queue = openQueue({ url, prefix, timeoutMs: 5_000 });
  const ids = new Set<string>();
  const end = Date.now() + LIMIT_MS;
  try {
    queue.work(
      reconcileReceipts,
      async ({ claims }) => {
        for (const { id } of claims ? unpackClaims(claims).claims : []) ids.add(id);
        return { kind: "done" };
      },
      { concurrency: 8 },
    );
    for (;;) {
      const { waiting, active, delayed, failed } = await queue.counts(reconcileReceipts);
      if (failed > 0) throw new Error(`${failed} jobs hold what is no batch of callbacks.`);
      if (waiting + active + delayed === 0) return ids.size;
      if (Date.now() > end) throw new Error(`The queue still held jobs after ${LIMIT_MS / 1_000} s.`);
      await pause(20);
    }
  } finally {
    await queue.close();
  }
}
