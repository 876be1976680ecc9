import { checks, receipts, transitions, verifications } from "@verdict/db/schema";
import { getTableColumns, type Table } from "drizzle-orm";
import postgres from "postgres";
import { Pool } from "undici";
import { type EventRow, rowsOfClaim, rowsOfOutcome, type Session } from "./evidence.ts";
import { checkResultCall, readCheckResult, settings, workOn } from "./work.ts";

/** The same rows written with care: prepared statements, transactions in one go, kept connections to the provider. */
const CONCURRENCY = 200;
const DATABASE_CONNECTIONS = 20;

const sql = postgres(settings.DATABASE_URL, { max: DATABASE_CONNECTIONS });
const provider = new Pool(settings.PROVIDER_ENDPOINT, { connections: CONCURRENCY, pipelining: 1 });

/** A row by the names that its columns have in the database. */
function named(table: Table, row: object): Record<string, postgres.ParameterOrJSON<never>> {
  const columns = getTableColumns(table);
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [columns[key]?.name ?? key, value]));
}

const FIELDS = Object.entries(getTableColumns(verifications)).map(([field, { name }]) => `${name} as "${field}"`);

await workOn(CONCURRENCY, async ({ data }) => {
  const { transactionId } = data;
  const [session] = await sql<[Session?]>`
    select ${sql.unsafe(FIELDS.join(", "))} from verifications where transaction_id = ${transactionId}`;
  if (!session) throw new Error("no such session");
  const claim = rowsOfClaim(session, data);
  await sql.begin((tx) => [
    tx`insert into receipts ${tx(named(receipts, claim.receipt))} on conflict do nothing`,
    tx`update verifications set ${tx(named(verifications, claim.change))} where id = ${session.id} and version = ${session.version}`,
    tx`insert into transitions ${tx(named(transitions, claim.transition))}`,
    insertEvent(tx, claim.event),
  ]);
  const call = checkResultCall({ merchantBizId: session.merchantBizId, transactionId });
  const askedAt = new Date();
  const { body } = await provider.request({ method: "POST", ...call });
  const { check, change, transition, event } = rowsOfOutcome(claim.claimed, {
    ...readCheckResult(await body.json()),
    askedAt,
  });
  await sql.begin((tx) => [
    tx`insert into checks ${tx(named(checks, check))}`,
    tx`update verifications set ${tx(named(verifications, change))} where id = ${session.id} and version = ${claim.claimed.version}`,
    tx`insert into transitions ${tx(named(transitions, transition))}`,
    insertEvent(tx, event),
  ]);
});

function insertEvent(tx: postgres.TransactionSql, event: EventRow) {
  const { id, type, route, subjectId, version, verificationId = null, at, data } = event;
  return tx`
    insert into events (id, type, route, subject_id, version, verification_id, at, data, position)
    values (${id}, ${type}, ${route}, ${subjectId}, ${version}, ${verificationId}, ${at},
      ${tx.json(data as postgres.JSONValue)}, feed_position())`;
}
