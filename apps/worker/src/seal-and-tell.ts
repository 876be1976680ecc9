import type { Db } from "@verdict/db";
import { headText } from "@verdict/domain";
import type { Logger } from "@verdict/runtime";
import { sealLedger } from "@verdict/services";

const HOUR_MS = 3_600_000;

type Options = {
  db: Db;
  now: () => Date;
  log: Pick<Logger, "info">;
  /** Hears how many rows were sealed. */
  onSealed?: (rows: number) => void;
};

/**
 * Seals the evidence that waits and, once an hour at most, logs where the chain ends then: with the logs, heads leave the
 * database, and whoever can change all of it cannot change them.
 */
export function sealAndTell({ db, now, log, onSealed }: Options) {
  let toldAt = Number.NEGATIVE_INFINITY;
  return async (): Promise<void> => {
    const sealed = await sealLedger({ db, now });
    if (sealed) onSealed?.(sealed.rows);
    if (!sealed || now().getTime() - toldAt < HOUR_MS) return;
    toldAt = now().getTime();
    log.info({ head: headText(sealed.head) }, "ledger head");
  };
}
