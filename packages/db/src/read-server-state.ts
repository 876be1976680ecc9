import { readMigrationFiles } from "drizzle-orm/migrator";
import type { Db } from "./database.ts";
import { MIGRATIONS } from "./migrate.ts";
import { sqlStateOf } from "./transient.ts";

/** How the schema stands to this version's migrations. `unknown`: this login may not look. */
export type SchemaState = { kind: "current" } | { kind: "behind"; missing: number } | { kind: "ahead" | "unknown" };

export type ServerState = {
  /** As the server says it, e.g. `18.4`. */
  version: string;
  /** The server's clock. */
  at: Date;
  login: string;
  /** A replica that follows another server takes no writes. */
  readOnly: boolean;
  schema: SchemaState;
  /** What the role `verdict_app` may do and this login may not, e.g. `UPDATE on verifications`. */
  lacking: string[];
};

/** What a Postgres is to those who work on it. Reads only. */
export async function readServerState(db: Db): Promise<ServerState> {
  const [server] = await db.sql<[{ version: string; atMs: number; login: string; readOnly: boolean }]>`
    select current_setting('server_version') as version, extract(epoch from clock_timestamp())::float8 * 1000 as "atMs",
      current_user as login, pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as "readOnly"`;
  const { atMs, ...rest } = server;
  const schema = await readSchemaState(db);
  // Before the schema is made there is nothing to have rights to.
  return { ...rest, at: new Date(atMs), schema, lacking: await findLackingRights(db) };
}

async function readSchemaState({ sql }: Db): Promise<SchemaState> {
  const wanted = readMigrationFiles({ migrationsFolder: MIGRATIONS }).map(({ folderMillis }) => folderMillis);
  try {
    const [{ last }] = await sql<[{ last: number | null }]>`
      select max(created_at)::float8 as last from drizzle.__drizzle_migrations`;
    const missing = wanted.filter((made) => made > (last ?? 0)).length;
    if (missing > 0) return { kind: "behind", missing };
    return { kind: (last ?? 0) > Math.max(...wanted) ? "ahead" : "current" };
  } catch (error) {
    const code = sqlStateOf(error);
    if (code === NO_SCHEMA || code === NO_TABLE) return { kind: "behind", missing: wanted.length };
    if (code === NO_RIGHT) return { kind: "unknown" };
    throw error;
  }
}

const [NO_SCHEMA, NO_TABLE, NO_RIGHT] = ["3F000", "42P01", "42501"];

/** Where there is no role `verdict_app`, whoever owns the tables works on them, and lacks nothing. */
async function findLackingRights({ sql }: Db): Promise<string[]> {
  const rows = await sql<{ lacking: string }[]>`
    select string_agg(wanted.right, ', ' order by wanted.right) || ' on ' || c.relname as lacking
    from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
      join pg_roles app on app.rolname = 'verdict_app'
      cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) as wanted("right")
    where c.relkind in ('r', 'p') and has_table_privilege(app.oid, c.oid, wanted.right)
      and not has_table_privilege(c.oid, wanted.right)
    group by c.relname order by c.relname`;
  return rows.map(({ lacking }) => lacking);
}

/** How far the ledger has come. */
export type SealingState = {
  /** Since when this work has waited is not on record: an id that is still listed some seconds later says that nobody seals. */
  oldestUnsealedId: string | null;
  unsealed: number;
  lastSealAt: Date | null;
};

/** Counts what waits for its seal, up to a thousand statements. */
export async function readSealingState({ sql }: Db): Promise<SealingState> {
  const [row] = await sql<[Omit<SealingState, "lastSealAt"> & { lastMs: number | null }]>`
    select (select min(id)::text from unsealed) as "oldestUnsealedId",
      (select count(*)::int from (select from unsealed limit 1000) as listed) as unsealed,
      (select extract(epoch from at)::float8 * 1000 from seals order by seq desc limit 1) as "lastMs"`;
  const { lastMs, ...rest } = row;
  return { ...rest, lastSealAt: lastMs === null ? null : new Date(lastMs) };
}
