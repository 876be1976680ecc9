import postgres from "postgres";
import { Pool } from "undici";
import { checkResultCall, readCheckResult, settings, workOn } from "./work.ts";

/**
 * The same job for job, written with care: prepared statements, the transaction in one go, kept connections to the
 * provider. Of 10 to 200 jobs at a time, with 5 to 20 connections to Postgres, this took the least CPU.
 */
const CONCURRENCY = 200;
const DATABASE_CONNECTIONS = 20;

const sql = postgres(settings.DATABASE_URL, { max: DATABASE_CONNECTIONS });
const provider = new Pool(settings.PROVIDER_ENDPOINT, { connections: CONCURRENCY, pipelining: 1 });

await workOn(CONCURRENCY, async ({ data: { transactionId, passed, subCode, receivedAt } }) => {
  const [session] = await sql<[{ merchantBizId: string }?]>`
    select merchant_biz_id as "merchantBizId" from sessions where transaction_id = ${transactionId}`;
  if (!session) throw new Error("no such session");
  await sql`
    insert into callbacks (transaction_id, passed, sub_code, received_at)
    values (${transactionId}, ${passed}, ${subCode}, ${new Date(receivedAt)})
    on conflict do nothing`;
  const call = checkResultCall({ ...session, transactionId });
  const { body } = await provider.request({ method: "POST", ...call });
  const result = readCheckResult(await body.json());
  await sql.begin((tx) => [
    tx`
      update sessions set status = 'done', passed = ${result.Passed}, sub_code = ${result.SubCode}, updated_at = now()
      where transaction_id = ${transactionId}`,
    tx`
      insert into audit (transaction_id, kind, detail)
      values (${transactionId}, 'reconciled', ${tx.json({ claimed: passed, ...result })})`,
  ]);
});
