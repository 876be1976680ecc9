import type { Db } from "@verdict/db";
import { fillReceipts } from "./fill-receipts.ts";

/** Fills an empty database with sessions of the past year that have their outcome, each with all its evidence. */
export async function fillSessions(db: Db, count: number, progress: (stored: number) => void): Promise<void> {
  await fillReceipts(db, count, progress);
  await db.sql.begin(async (sql) => {
    await sql`set local synchronous_commit = off`;
    // What is put in is right, and looking each row up again would take longer than the rest.
    await sql`set local session_replication_role = replica`;
    await sql`
      insert into verifications
        (id, route, product, status, version, merchant_biz_id, merchant_user_hash, request_hash, transaction_id,
         transaction_source, claim_passed, claim_sub_code, claimed_at, passed, sub_code, outcome_source, confirmed_at,
         checked_at, check_count, expires_at, created_at, updated_at)
      select verification_id, route, 'FACE_VERIFY', 'passed', 3, replace(verification_id::text, '-', ''),
        md5('user' || id), md5('request' || id) || md5('of' || id), transaction_id, 'initialize', passed, sub_code,
        received_at, passed, sub_code, 'check_result', received_at, received_at, 1,
        received_at + interval '30 minutes', received_at, received_at
      from receipts`;
    await sql`
      insert into checks
        (id, verification_id, transaction_id, operation, kind, passed, sub_code, code, http_status, request_id, asked_at,
         answered_at)
      select overlay(verification_id::text placing 'c' from 36)::uuid, verification_id, transaction_id, 'CheckResult',
        'verdict', passed, sub_code, 'Success', 200, md5('asked' || id), received_at, received_at
      from receipts`;
    await sql`
      insert into transitions (verification_id, version, from_status, to_status, cause, receipt_id, actor, at)
      select verification_id, version, from_status, to_status, cause, receipts.id, 'worker', received_at
      from receipts, (values (1, 'initializing', 'awaiting', 'initialize_answered'),
        (2, 'awaiting', 'claimed', 'callback'), (3, 'claimed', 'passed', 'check_result'))
        as moves (version, from_status, to_status, cause)`;
  });
  await db.sql`vacuum (analyze) verifications, checks, transitions`;
  await db.sql`checkpoint`;
}
