import type { EvidenceKind, Seal, SealedRow } from "@verdict/domain";
import type postgres from "postgres";
import type { Db } from "./database.ts";
import { EVIDENCE_KEYS, EVIDENCE_TABLES, type EvidenceKey, hashEvidence } from "./hash-evidence.ts";
import { listSeals } from "./ledger.ts";

/** The ledger and all evidence, as they stood at one moment. */
export type LedgerReader = {
  countSeals(): Promise<number>;
  /** In order, beginning after `seq`. */
  listSeals(after: number, limit: number): Promise<Seal[]>;
  hashEvidence(keys: readonly EvidenceKey[]): Promise<SealedRow[]>;
  /** Of these lines of seals, each that a tombstone accounts for, with the run that erased the row. */
  findErased(lines: readonly string[]): Promise<{ line: string; runId: string }[]>;
  /** A row of that kind which no seal names and which does not wait for one. */
  findUnknown(kind: EvidenceKind): Promise<string | null>;
};

/** Lets `read` look at one snapshot, however long it takes and whatever is written meanwhile. Writes nothing, locks nobody out. */
export async function readLedger<T>(db: Db, read: (ledger: LedgerReader) => Promise<T>): Promise<T> {
  // Wrapped, since the types of `begin` unwrap arrays of promises.
  const { result } = await db.sql.begin("isolation level repeatable read read only", async (sql) => ({
    result: await read({
      countSeals: () => countSeals(sql),
      listSeals: (after, limit) => listSeals(sql, after, limit),
      hashEvidence: (keys) => hashEvidence(sql, keys),
      findErased: (lines) => findErased(sql, lines),
      findUnknown: (kind) => findUnknown(sql, kind),
    }),
  }));
  return result;
}

async function countSeals(sql: postgres.ISql): Promise<number> {
  const [{ count }] = await sql<[{ count: number }]>`select count(*)::float8 as count from seals`;
  return count;
}

/** One step into the index a line. A row counts as erased as it was sealed: one that was changed first has another line. */
const findErased = (sql: postgres.ISql, lines: readonly string[]): Promise<{ line: string; runId: string }[]> =>
  sql<{ line: string; runId: string }[]>`
    select line, run_id as "runId" from unnest(${[...lines]}::text[]) as line
    cross join lateral (select run_id from tombstones where rows @> array[line] limit 1) found`;

async function findUnknown(sql: postgres.ISql, kind: EvidenceKind): Promise<string | null> {
  // Postgres takes the lines of a seal to be few, and would compare each with every row. Hashing them goes to disk if it must.
  await sql`set local enable_nestloop = off`;
  const found = await sql.unsafe<{ key: string }[]>(
    `with known as materialized (
      select split_part(line, ' ', 2) as key from seals, string_to_table(lines, chr(10)) as line
      where split_part(line, ' ', 1) = $1
      union all
      select written->>1 from unsealed, jsonb_array_elements(rows) as written where written->>0 = $1
    )
    select key from (select ${EVIDENCE_KEYS[kind]} as key from ${EVIDENCE_TABLES[kind]}) evidence
    where not exists (select from known where known.key = evidence.key)
    order by key limit 1`,
    [kind],
  );
  return found[0]?.key ?? null;
}
