import { type Db, insertReceipts, type NewReceipt } from "@verdict/db";
import { type Queue, type ReceiptClaim, reconcileReceipts } from "@verdict/queue";
import type { ReceiptSink } from "@verdict/services";

/** The worker is told at once; should that message be lost, the sweep looks after the receipt so much later. */
const SWEEP_AFTER_MS = 5_000;

/** Rows in Postgres, then one job with their ids as a hint nobody waits for. */
export const postgresSink = (db: Db, queue: Queue, now: () => Date): ReceiptSink => ({
  name: "postgres",
  async write(batch) {
    const { storedIds } = await insertReceipts(db, batch, "postgres", new Date(now().getTime() + SWEEP_AFTER_MS));
    if (storedIds.length > 0) queue.enqueue(reconcileReceipts, { receiptIds: storedIds }).catch(() => {});
  },
});

/** One job that carries the whole batch, for when Postgres is away. */
export const queueSink = (queue: Queue): ReceiptSink => ({
  name: "queue",
  write: (batch) => queue.enqueue(reconcileReceipts, { claims: batch.map(toClaim) }),
});

const toClaim = (receipt: NewReceipt): ReceiptClaim => ({
  ...receipt,
  extra: receipt.extra ?? undefined,
  receivedAt: receipt.receivedAt.toISOString(),
});
