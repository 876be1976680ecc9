import { setTimeout as pause } from "node:timers/promises";
import { type Db, listReceiptBatches, openDatabase } from "@verdict/db";
import { openQueue, reconcileReceipts, unpackClaims } from "@verdict/queue";
import type { Callback } from "./callbacks.ts";
import type { Surroundings } from "./receiver-process.ts";
import { startWorker } from "./worker-process.ts";

export type HeldReceipt = { id: string; sink: "postgres" | "queue"; copies: number };

/** All receipts that have come of these callbacks and are in Postgres. */
export async function heldReceipts(db: Db, callbacks: readonly Callback[]): Promise<HeldReceipt[]> {
  const ids = callbacks.map((callback) => callback.verificationId);
  return db.sql<HeldReceipt[]>`
    select id, sink, coalesce(copies, 0)::int as copies
    from receipts left join receipt_copies on receipt_id = id
    where verification_id = any(${ids}::uuid[])`;
}

/** Ids of the receipts that are to come of what receivers have committed to Postgres and no worker has worked off. */
export async function committedReceiptIds(db: Db): Promise<string[]> {
  const rows = await db.sql<{ id: string }[]>`select id from receipt_batches`;
  const batches = await listReceiptBatches(
    db,
    rows.map(({ id }) => id),
  );
  return batches.flatMap(({ packed }) => unpackClaims(packed).claims.map(({ id }) => id));
}

/** Lets a worker run until neither the queue nor Postgres holds a batch any more. What is no receipt then is nowhere. */
export async function drain(env: Surroundings & { DATABASE_URL: string }): Promise<void> {
  const queue = openQueue({ url: env.QUEUE_URL ?? env.DATABASE_URL, timeoutMs: 10_000 });
  const db = openDatabase(env.DATABASE_URL, { max: 1 });
  const worker = await startWorker(env);
  try {
    for (;;) {
      const { waiting, active, delayed, failed } = await queue.counts(reconcileReceipts);
      if (failed > 0) throw new Error(`The worker has given up ${failed} jobs:\n${worker.output.join("\n")}`);
      const [left] = await db.sql<{ batches: number }[]>`select count(*)::int as batches from receipt_batches`;
      if (waiting + active + delayed + (left?.batches ?? 0) === 0) return;
      if (!worker.isAlive()) throw new Error(`The worker has ended:\n${worker.errors.join("\n")}`);
      await pause(50);
    }
  } finally {
    await worker.kill("SIGKILL");
    await Promise.all([queue.close(), db.close()]);
  }
}
