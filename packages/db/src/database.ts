import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import * as schema from "./schema.ts";

/** Queries through drizzle (`orm`), and set-based statements by hand (`sql`), over one pool. */
export type Db = {
  orm: PostgresJsDatabase<typeof schema>;
  sql: postgres.Sql;
  /** Hears what is announced on a channel, over a connection of its own to the server itself. */
  listen: postgres.Sql["listen"];
  /** Whether a pooler stands between us and the server: then a statement that was prepared may be unknown to the next. */
  pooled: boolean;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  /** The server itself, where `url` is a pooler in transaction mode. */
  directUrl?: string | undefined;
  /** Most connections this process opens. */
  max?: number;
  /** How long a connection attempt may take, in seconds. */
  connectTimeout?: number;
  /** After a failed attempt, the longest pause before the next, in seconds. Default 2. */
  reconnectPauseMax?: number;
  /** False: connections are kept until they break. Otherwise each is replaced after 30 to 60 minutes. */
  renew?: boolean;
  /** Told when a connection ends, or an attempt at one. */
  onClose?: () => void;
};

/**
 * Nothing that is prepared for later, and one question at a time: PgBouncer lends a connection until an answer is complete,
 * and the description of a statement that was asked for meanwhile would never come.
 */
const THROUGH_A_POOLER = { prepare: false, max_pipeline: 0 };

/** Opens a pool. Connects when first used, so a process may start before its database does. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Db {
  const { directUrl } = options;
  const common = {
    connect_timeout: options.connectTimeout ?? 5,
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, options.reconnectPauseMax ?? 2),
    onnotice: () => {},
  };
  const sql = postgres(url, {
    ...common,
    max: options.max ?? 10,
    ...(directUrl !== undefined && THROUGH_A_POOLER),
    ...(options.renew === false && { max_lifetime: null }),
    ...(options.onClose && { onclose: options.onClose }),
  });
  const direct = directUrl === undefined ? sql : postgres(directUrl, { ...common, max: 1 });
  return {
    orm: drizzle(sql, { schema }),
    sql,
    listen: (...args) => direct.listen(...args),
    pooled: directUrl !== undefined,
    close: async () => {
      await Promise.all([...new Set([sql, direct])].map((pool) => pool.end({ timeout: 5 })));
    },
  };
}

/** Whether Postgres answers. Throws what stands in the way. */
export async function pingDatabase(db: Db): Promise<void> {
  await db.sql`select 1`;
}

const AWAY = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "57P01", // the server is shutting down
  "57P03", // it is still starting
]);

/** Whether an error, or what caused it, says that there is no Postgres to talk to right now. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string" && AWAY.has(error.code)) return true;
  if (error instanceof AggregateError && error.errors.some(isDatabaseAway)) return true;
  return isDatabaseAway(error.cause);
}
