import { PostgresQueueBackend } from "bullmq";
import type { Driver } from "./driver.ts";
import { POSTGRES_SETTINGS, postgresDurability } from "./durability.ts";
import { postgresSchema } from "./namespace.ts";
import { StoreConnection } from "./postgres-connection.ts";
import type { StoreWatch } from "./store-watch.ts";

const POOL_MAX = 4;

/** Connections: at most 4 for the handle, at most 4 and one that listens for each worker. Idle ones are closed. */
export function postgresDriver(url: string, prefix: string, timeoutMs: number, watch: StoreWatch): Driver {
  const schema = postgresSchema(prefix);
  const config = { connectionString: url, schema, max: POOL_MAX, keepAlive: true, application_name: schema };
  const shared = new StoreConnection(
    { ...config, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs },
    watch,
    false,
  );
  return {
    producer: (name, options) => new PostgresQueueBackend(shared, name, options, false),
    consumer: (name, options) => {
      const own = new StoreConnection(
        { ...config, connectionTimeoutMillis: 5_000, query_timeout: 30_000 },
        watch,
        true,
      );
      return new PostgresQueueBackend(own, name, options, true, `${schema}:${name}`);
    },
    prefix,
    ready: () => shared.waitUntilReady(),
    async ping() {
      await shared.waitUntilReady();
      await shared.pool.query("select 1");
    },
    async durability() {
      await shared.waitUntilReady();
      const { rows } = await shared.pool.query(POSTGRES_SETTINGS);
      return postgresDurability(rows[0]);
    },
    close: () => shared.close(),
  };
}
