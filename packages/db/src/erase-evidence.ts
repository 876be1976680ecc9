import { randomUUIDv7 } from "node:crypto";
import { sealedLine } from "@verdict/domain";
import type postgres from "postgres";
import { keepCounts } from "./count-marks.ts";
import type { Db } from "./database.ts";
import { firstIdAt } from "./first-id-at.ts";
import { type EvidenceKey, hashEvidence } from "./hash-evidence.ts";
import { holdLedger } from "./ledger.ts";

/** What one batch of erasing came to. `waits`: a row of it has no seal yet, so nothing was erased. */
export type ErasedBatch = { kind: "erased"; subjects: number; rows: number } | { kind: "waits" };

/** Whose evidence: `sessions` with all that hangs on them, callbacks that matched nothing (`strays`), or `actions` on nothing in particular. */
export type EvidenceSubject = "sessions" | "strays" | "actions";

/**
 * Erases the evidence of up to `limit` subjects that have not changed since `before`, in one transaction, and leaves a tombstone: a
 * line for each row, as its seal has it. Left alone: what is open, or has an open discrepancy, and erasures under way. The function
 * `erase_evidence` of the database deletes, for logins that may not, and only what has ended and the tombstone names.
 */
export function eraseEvidence(
  db: Db,
  of: EvidenceSubject,
  { runId, before, now, limit }: { runId: string; before: Date; now: Date; limit: number },
): Promise<ErasedBatch> {
  const erased = db.sql.begin(async (sql): Promise<ErasedBatch> => {
    const ids = await CHOOSE[of](sql, before, limit);
    if (ids.length === 0) return { kind: "erased", subjects: 0, rows: 0 };
    // The sealer must not be half-way through a row that vanishes.
    await holdLedger(sql);
    const keys = await KEYS[of](sql, ids);
    if (await someUnsealed(sql, keys)) return { kind: "waits" };
    const tombstone = await bury(sql, keys, runId, now);
    // A count of those hours again is to find no less than there was.
    if (of === "sessions") await keepCounts(sql, ids);
    await sql`select erase_evidence(${of}, ${ids}::uuid[], ${tombstone}::uuid)`;
    return { kind: "erased", subjects: ids.length, rows: keys.length };
  });
  return erased as Promise<ErasedBatch>;
}

type Sql = postgres.TransactionSql;

const TERMINAL = ["passed", "failed", "expired", "init_failed", "unresolvable", "voided"];

/** Ids of verifications begin with the time they were made, so the oldest are found by them. */
const CHOOSE: Readonly<Record<EvidenceSubject, (sql: Sql, before: Date, limit: number) => Promise<string[]>>> = {
  sessions: (sql, before, limit) =>
    idsOf(sql`
      select id from verifications v
      where id < ${firstIdAt(before)}::uuid and updated_at < ${before.toISOString()}::timestamptz
        and status = any(${TERMINAL}::text[]) and next_check_at is null
        and not exists (select from discrepancies d where d.verification_id = v.id and d.closed_at is null)
        and not exists (select from erasure_items e where e.verification_id = v.id and e.finished_at is null)
      order by id limit ${limit} for update skip locked`),
  strays: (sql, before, limit) =>
    idsOf(sql`
      select receipt_id as id from discrepancies d
      where type = 'unknown_transaction' and closed_at < ${before.toISOString()}::timestamptz and receipt_id is not null
        and not exists (select from verifications v where v.id = d.verification_id)
        and not exists (select from transitions t where t.receipt_id = d.receipt_id)
      order by id limit ${limit} for update skip locked`),
  actions: (sql, before, limit) =>
    idsOf(sql`
      select id from human_actions where verification_id is null and at < ${before.toISOString()}::timestamptz
      order by at limit ${limit}`),
};

const idsOf = async (query: Promise<readonly postgres.Row[]>): Promise<string[]> =>
  (await query).map((row) => String(row.id));

const KEYS: Readonly<Record<EvidenceSubject, (sql: Sql, ids: string[]) => Promise<EvidenceKey[]>>> = {
  sessions: (sql, ids) =>
    keysOf(sql`
      select 'receipt' as kind, id::text as key from receipts where id = any(${receiptsOf(sql, ids)})
      union all select 'check', id::text from checks where verification_id = any(${ids}::uuid[])
      union all select 'transition', verification_id || '/' || version from transitions
        where verification_id = any(${ids}::uuid[])
      union all select 'human_action', id::text from human_actions where verification_id = any(${ids}::uuid[])`),
  strays: async (_, ids) => ids.map((id) => ["receipt", id]),
  actions: async (_, ids) => ids.map((id) => ["human_action", id]),
};

/** Their own, and those they adopted from sessions of other systems. */
const receiptsOf = (sql: Sql, ids: string[]) => sql`array(
  select id from receipts where verification_id = any(${ids}::uuid[])
  union select receipt_id from transitions where verification_id = any(${ids}::uuid[]) and receipt_id is not null
  union select receipt_id from discrepancies where verification_id = any(${ids}::uuid[]) and receipt_id is not null)`;

const keysOf = async (query: Promise<readonly postgres.Row[]>): Promise<EvidenceKey[]> =>
  (await query).map((row) => [row.kind, row.key] as const);

async function someUnsealed(sql: Sql, keys: readonly EvidenceKey[]): Promise<boolean> {
  const waiting = await sql`
    select from unsealed, jsonb_array_elements(rows) as written
    where (written->>0) || ' ' || (written->>1) = any(${keys.map((key) => key.join(" "))}::text[]) limit 1`;
  return waiting.length > 0;
}

/** Puts the tombstone up, and returns its id; none for what left no evidence. */
async function bury(sql: Sql, keys: readonly EvidenceKey[], runId: string, at: Date): Promise<string | null> {
  if (keys.length === 0) return null;
  const id = randomUUIDv7();
  const rows = (await hashEvidence(sql, keys)).map(sealedLine);
  await sql`
    insert into tombstones (id, run_id, at, rows)
    values (${id}::uuid, ${runId}::uuid, ${at.toISOString()}::timestamptz, ${rows}::text[])`;
  await sql`insert into unsealed (rows) values (jsonb_build_array(jsonb_build_array('tombstone', ${id}::text)))`;
  return id;
}
