import { setTimeout as sleep } from "node:timers/promises";
import { type Db, insertReceiptBatch, pingDatabase, type ReceivedClaim } from "@verdict/db";
import { BATCH_IDS_MAX, type ClaimTrace, packClaims, type Queue, reconcileReceipts } from "@verdict/queue";
import type { ReceiptSink } from "@verdict/services";

/** The worker is told at once; should that message be lost, the sweep looks after the receipt so much later. */
const SWEEP_AFTER_MS = 5_000;

export type PostgresSinkOptions = {
  db: Db;
  tell: Tell;
  /** Hears that Postgres has answered, so that a connection stands. */
  onAnswer?: () => void;
  now: () => Date;
  tracesOf?: TracesOf;
};

/** The traces that a batch's claims are part of. Absent: nothing is traced. */
type TracesOf = (batch: readonly ReceivedClaim[]) => ClaimTrace[];

const NO_TRACES: TracesOf = () => [];

/** One row in Postgres that holds the whole batch, of which a worker makes receipts. */
export function postgresSink(options: PostgresSinkOptions): ReceiptSink {
  const { db, tell, onAnswer = () => {}, now, tracesOf = NO_TRACES } = options;
  return {
    name: "postgres",
    async write(batch, batchId) {
      const dueAt = new Date(now().getTime() + SWEEP_AFTER_MS);
      const packed = packClaims({ batchId, claims: batch, traces: tracesOf(batch) });
      await insertReceiptBatch(db, { id: batchId, packed, claims: batch.length, dueAt });
      onAnswer();
      tell(batchId);
    },
    async ping() {
      await pingDatabase(db);
      onAnswer();
    },
  };
}

/** One job that carries the whole batch. `check` rejects when this queue's store may not be relied on. */
export const queueSink = (queue: Queue, check: () => Promise<void>, tracesOf = NO_TRACES): ReceiptSink => ({
  name: "queue",
  async write(batch, batchId) {
    await check();
    await queue.enqueue(reconcileReceipts, {
      claims: packClaims({ batchId, claims: batch, traces: tracesOf(batch) }),
    });
  },
  async ping() {
    await queue.ping();
    await check();
  },
});

/** Whether a callback could be kept now: one store is enough. */
export const anySinkAnswers = (sinks: readonly Pick<ReceiptSink, "ping">[]) => (): Promise<void> =>
  Promise.any(sinks.map((sink) => sink.ping()));

/** While the queue is away, what it was not told of is forgotten here: the sweep finds it. */
const UNTOLD_MAX = 20 * BATCH_IDS_MAX;

/** After a message, what comes within so many milliseconds goes with the next. No sender waits for it. */
const TELL_PAUSE_MS = 10;

/** Tells which batch was committed; nobody waits for it. */
export type Tell = (batchId: string) => void;

/** Tells the worker which batches have come: at once after a quiet while, under load in few messages. */
export function tellWorker(queue: Queue, pause: () => Promise<void> = () => sleep(TELL_PAUSE_MS)): Tell {
  let untold: string[] = [];
  let telling = false;

  async function tellAll(): Promise<void> {
    try {
      while (untold.length > 0) {
        const batchIds = untold.slice(0, BATCH_IDS_MAX);
        untold = untold.slice(BATCH_IDS_MAX);
        await queue.enqueue(reconcileReceipts, { batchIds });
        await pause();
      }
    } catch {
      untold = [];
    } finally {
      telling = false;
    }
  }

  return (batchId) => {
    if (untold.length < UNTOLD_MAX) untold.push(batchId);
    if (telling) return;
    telling = true;
    void tellAll();
  };
}
