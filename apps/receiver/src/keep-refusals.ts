import { setTimeout as sleep } from "node:timers/promises";
import type { RefusalCount } from "@verdict/db";
import type { RefusalLedger } from "@verdict/services";

export type KeepRefusalsOptions = {
  ledger: Pick<RefusalLedger, "take" | "restore">;
  /** Adds the counts to those on record. */
  add: (counts: readonly RefusalCount[]) => Promise<void>;
  /** Whether a connection to the store stands already. Strangers are no reason to open one. */
  isConnected: () => boolean;
  intervalMs: number;
  stopping: AbortSignal;
};

/**
 * Carries the counts of refused requests to the store from time to time, on a connection that somebody else has opened: while
 * only strangers come, the counts wait in memory. Resolves after the last counts were carried at the stop.
 */
export async function keepRefusals(options: KeepRefusalsOptions): Promise<void> {
  while (!options.stopping.aborted) {
    await sleep(options.intervalMs, undefined, { signal: options.stopping }).catch(() => {});
    if (!options.stopping.aborted) await carry(options);
  }
  // Also after a stop that came while counts were being carried: more may have come since, or those may have come back.
  await carry(options);
}

async function carry({ ledger, add, isConnected }: KeepRefusalsOptions): Promise<void> {
  if (!isConnected()) return;
  const counts = ledger.take();
  if (counts.length === 0) return;
  try {
    await add(counts);
  } catch {
    ledger.restore(counts);
  }
}
