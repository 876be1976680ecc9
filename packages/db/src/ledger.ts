import { GENESIS, type Head, nextSeal, type Seal } from "@verdict/domain";
import type postgres from "postgres";
import { ADVISORY_LOCKS } from "./advisory-locks.ts";
import type { Db } from "./database.ts";
import { type EvidenceKey, hashEvidence } from "./hash-evidence.ts";

/** What one round of sealing came to. */
export type Sealed =
  | { kind: "sealed"; rows: number; head: Head; more: boolean }
  | { kind: "nothing" }
  /** Another process is at it. */
  | { kind: "busy" };

/**
 * Seals what up to `limit` statements have written: hashes the rows as they stand, appends a seal to the chain and takes them
 * off the list, all in one transaction. One process at a time. A row that has vanished is sealed as gone.
 */
export async function sealBatch(db: Db, now: Date, limit: number): Promise<Sealed> {
  return db.sql.begin(async (sql): Promise<Sealed> => {
    const [lock] = await sql<[{ held: boolean }]>`select pg_try_advisory_xact_lock(${ADVISORY_LOCKS.sealing}) as held`;
    if (!lock.held) return { kind: "busy" };
    const taken = await sql<{ rows: EvidenceKey[] }[]>`
      with next as (
        select id from unsealed order by id limit ${limit} for update skip locked
      ), taken as (
        delete from unsealed u using next where u.id = next.id returning u.id, u.rows
      )
      select rows from taken order by id`;
    const rows = await hashEvidence(
      sql,
      taken.flatMap(({ rows }) => rows),
    );
    if (rows.length === 0) return { kind: "nothing" };
    const seal = nextSeal(await findHead(sql), rows, now);
    await sql`
      insert into seals (seq, at, count, lines, previous, hash)
      values (${seal.seq}, ${seal.at}::timestamptz, ${seal.count}, ${seal.lines}, ${seal.previous}, ${seal.hash})`;
    return {
      kind: "sealed",
      rows: rows.length,
      head: { seq: seal.seq, hash: seal.hash },
      more: taken.length === limit,
    };
  });
}

/** Keeps sealers out until the transaction ends; waits for one that is at it. */
export const holdLedger = async (sql: postgres.ISql): Promise<void> => {
  await sql`select pg_advisory_xact_lock(${ADVISORY_LOCKS.sealing})`;
};

/** The end of the chain; before the first seal, what that will follow. */
export const findLedgerHead = (db: Db): Promise<Head> => findHead(db.sql);

async function findHead(sql: postgres.ISql): Promise<Head> {
  const found = await sql<Head[]>`select seq::float8 as seq, hash from seals order by seals.seq desc limit 1`;
  return found[0] ?? GENESIS;
}

/** Up to `limit` seals in order, beginning after `seq`. */
export const listSeals = (sql: postgres.ISql, after: number, limit: number): Promise<Seal[]> =>
  sql<Seal[]>`
    select seq::float8 as seq, to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, count, lines, previous, hash
    from seals where seals.seq > ${after} order by seals.seq limit ${limit}`;
