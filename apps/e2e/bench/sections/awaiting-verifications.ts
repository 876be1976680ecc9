import type { Db } from "@verdict/db";
import type { PreparedSession } from "../load/messages.ts";

/** Verifications as they stand after Initialize, asked about in half an hour unless a callback comes before. */
export async function insertAwaiting({ sql }: Db, sessions: readonly PreparedSession[]): Promise<void> {
  await sql`
    insert into verifications
      (id, route, product, status, version, merchant_biz_id, merchant_user_hash, request_hash, transaction_id,
       transaction_source, next_check_at, expires_at, created_at, updated_at)
    select "verificationId", 'default', 'FACE_VERIFY', 'awaiting', 1, replace("verificationId"::text, '-', ''),
      repeat('0', 32), repeat('0', 64), "transactionId", 'initialize', now() + interval '30 minutes',
      now() + interval '28 minutes', now(), now()
    from json_to_recordset(${JSON.stringify(sessions)}::text::json) as s("verificationId" uuid, "transactionId" text)`;
  await sql`analyze verifications`;
}

/** All that is known about verifications. A worker may be writing: whoever loses a deadlock with it tries again. */
export async function emptyTables(db: Db, attempts = 5): Promise<void> {
  try {
    await db.sql.begin(async (sql) => {
      await sql`set local verdict.erasing = 'on'`;
      // What refers to a verification goes with it, the rest is named.
      await sql`
        truncate verifications, receipt_batches, receipts, receipt_inbox, receipt_copies, discrepancies, alerts, events,
          unsealed
        cascade`;
    });
  } catch (error) {
    const deadlock = error instanceof Error && "code" in error && error.code === "40P01";
    if (!deadlock || attempts <= 1) throw error;
    await emptyTables(db, attempts - 1);
  }
}
