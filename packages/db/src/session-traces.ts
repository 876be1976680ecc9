import type { Db } from "./database.ts";

export type SessionTrace = { verificationId: string; trace: string };

/** Keeps the trace of each session for whoever goes on with it; one that has another has this one from now on. */
export async function keepTraces({ sql }: Db, traces: readonly SessionTrace[], at: Date): Promise<void> {
  const latest = new Map(traces.map(({ verificationId, trace }) => [verificationId, trace]));
  if (latest.size === 0) return;
  await sql`
    insert into session_traces (verification_id, trace, at)
    select id, trace, ${at.toISOString()}::timestamptz
    from unnest(${[...latest.keys()]}::uuid[], ${[...latest.values()]}::text[]) as kept(id, trace)
    order by id
    on conflict (verification_id) do update set trace = excluded.trace, at = excluded.at`;
}

/** The traces of the sessions these receipts are about. */
export const findTracesOfReceipts = ({ sql }: Db, receiptIds: readonly string[]): Promise<SessionTrace[]> =>
  sql<SessionTrace[]>`
    select distinct t.verification_id as "verificationId", t.trace
    from receipts r join session_traces t on t.verification_id = r.verification_id
    where r.id = any(${[...receiptIds]}::uuid[])`;

/** The trace of the session with this transaction; null: it has none. */
export async function findTraceOfTransaction(
  { sql }: Db,
  route: string,
  transactionId: string,
): Promise<string | null> {
  const [found] = await sql<{ trace: string }[]>`
    select t.trace from verifications v join session_traces t on t.verification_id = v.id
    where v.route = ${route} and v.transaction_id = ${transactionId}`;
  return found?.trace ?? null;
}

export async function findTraceOfVerification({ sql }: Db, id: string): Promise<string | null> {
  const [found] = await sql<{ trace: string }[]>`select trace from session_traces where verification_id = ${id}`;
  return found?.trace ?? null;
}

export async function findTraceOfEvent({ sql }: Db, eventId: string): Promise<string | null> {
  const [found] = await sql<{ trace: string }[]>`
    select t.trace from events e join session_traces t on t.verification_id = e.verification_id where e.id = ${eventId}`;
  return found?.trace ?? null;
}

/** The traces of the sessions that alerts of a group are about, the latest alert's first. */
export async function findTracesOfGroup({ sql }: Db, groupId: string, limit: number): Promise<string[]> {
  const found = await sql<{ trace: string }[]>`
    select t.trace from (
      select verification_id, opened_at, id from alerts where group_id = ${groupId} order by opened_at desc, id desc limit ${limit}
    ) as a join session_traces t on t.verification_id = a.verification_id
    order by a.opened_at desc, a.id desc`;
  return [...new Set(found.map(({ trace }) => trace))];
}

export async function forgetTraces({ sql }: Db, before: Date): Promise<void> {
  await sql`delete from session_traces where at < ${before.toISOString()}::timestamptz`;
}
