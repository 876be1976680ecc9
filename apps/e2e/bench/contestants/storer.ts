import { openDatabase } from "@verdict/db";
import { BATCH_IDS_MAX, unpackClaims } from "@verdict/queue";
import { storeBatches } from "@verdict/services";
import { z } from "zod";

/**
 * The part of a worker that makes receipts of what receivers have committed: what a job with batch ids does before it
 * decides, with as many jobs at a time.
 */
const AT_A_TIME = 4;

const { DATABASE_URL } = z.object({ DATABASE_URL: z.string() }).parse(process.env);
const db = openDatabase(DATABASE_URL, { max: AT_A_TIME });
const deps = {
  db,
  now: () => new Date(),
  unpack: unpackClaims,
  onDamaged(_: string, error: unknown) {
    throw error;
  },
};

async function storeAll(): Promise<number> {
  const rows = await db.sql<{ id: string }[]>`select id from receipt_batches order by id`;
  const ids = rows.map(({ id }) => id);
  let stored = 0;
  async function storeSome(): Promise<void> {
    for (let some = ids.splice(0, BATCH_IDS_MAX); some.length > 0; some = ids.splice(0, BATCH_IDS_MAX)) {
      const { ids: receiptIds } = await storeBatches(deps, some);
      stored += receiptIds.length;
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, storeSome));
  return stored;
}

process.on("message", async () => process.send?.({ type: "stored", stored: await storeAll() }));
process.on("disconnect", () => process.exit());
process.send?.({ type: "ready" });
