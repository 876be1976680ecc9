import { type Db, sealBatch } from "@verdict/db";
import type { Head } from "@verdict/domain";

/** Statements by seal. Each may have written a few hundred rows, and a seal is read as a whole. */
const BATCH = 16;

/**
 * Seals the evidence that waits, until little is left. Any number of processes may; one does it at a time and the others leave
 * it to that one. Returns how many rows it sealed, and where the chain ends then; null where it sealed nothing.
 */
export async function sealLedger(
  { db, now }: { db: Db; now: () => Date },
  batch = BATCH,
): Promise<{ rows: number; head: Head } | null> {
  let rows = 0;
  let head: Head | null = null;
  for (;;) {
    const sealed = await sealBatch(db, now(), batch);
    if (sealed.kind !== "sealed") break;
    rows += sealed.rows;
    head = sealed.head;
    if (!sealed.more) break;
  }
  return head && { rows, head };
}
