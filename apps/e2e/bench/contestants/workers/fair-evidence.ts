import postgres from "postgres";
import { Pool } from "undici";
import { type EventRow, rowsOfClaim, rowsOfOutcome, type Session } from "./evidence.ts";
import { checkResultCall, readCheckResult, settings, workOn } from "./work.ts";

/** The same rows written with care: prepared statements, transactions in one go, kept connections to the provider. */
const CONCURRENCY = 200;
const DATABASE_CONNECTIONS = 20;

const sql = postgres(settings.DATABASE_URL, { max: DATABASE_CONNECTIONS });
const provider = new Pool(settings.PROVIDER_ENDPOINT, { connections: CONCURRENCY, pipelining: 1 });

await workOn(CONCURRENCY, async ({ data }) => {
  const { transactionId } = data;
  const [session] = await sql<[Session?]>`
    select id, route, product, status, version, merchant_biz_id, scene_code, transaction_id, claim_passed, claim_sub_code,
      claimed_at, passed, sub_code, outcome_source, confirmed_at, checked_at, check_count, next_check_at, updated_at
    from verifications where transaction_id = ${transactionId}`;
  if (!session) throw new Error("no such session");
  const claim = rowsOfClaim(session, data);
  await sql.begin((tx) => [
    tx`insert into receipts ${tx(claim.receipt)} on conflict do nothing`,
    tx`update verifications set ${tx(claim.change)} where id = ${session.id} and version = ${session.version}`,
    tx`insert into transitions ${tx(claim.transition)}`,
    insertEvent(tx, claim.event),
  ]);
  const call = checkResultCall({ merchantBizId: session.merchant_biz_id, transactionId });
  const askedAt = new Date();
  const { body } = await provider.request({ method: "POST", ...call });
  const { check, change, transition, event } = rowsOfOutcome(claim.claimed, {
    ...readCheckResult(await body.json()),
    askedAt,
  });
  await sql.begin((tx) => [
    tx`insert into checks ${tx(check)}`,
    tx`update verifications set ${tx(change)} where id = ${session.id} and version = ${claim.claimed.version}`,
    tx`insert into transitions ${tx(transition)}`,
    insertEvent(tx, event),
  ]);
});

function insertEvent(tx: postgres.TransactionSql, event: EventRow) {
  const { id, type, route, subject_id, version, verification_id = null, at, data } = event;
  return tx`
    insert into events (id, type, route, subject_id, version, verification_id, at, data, position)
    values (${id}, ${type}, ${route}, ${subject_id}, ${version}, ${verification_id}, ${at},
      ${tx.json(data as postgres.JSONValue)}, feed_position())`;
}
