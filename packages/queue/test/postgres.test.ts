import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe } from "vitest";
import { breakableProxy } from "./breakable-store.ts";
import { queueContract } from "./queue-contract.ts";

const server = process.env.TEST_POSTGRES_URL;

describe.skipIf(!server)(server ? "Postgres driver" : "Postgres driver (skipped: TEST_POSTGRES_URL is not set)", () => {
  const database = `queue_${randomUUID().replaceAll("-", "")}`;
  const url = new URL(server ?? "postgres://localhost");
  url.pathname = `/${database}`;

  beforeAll(() => administer(`create database ${database}`));
  afterAll(() => administer(`drop database ${database} with (force)`));

  queueContract({ url: () => url.href, breakable: () => breakableProxy(url.href) });
});

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(statement);
  await client.end();
}
