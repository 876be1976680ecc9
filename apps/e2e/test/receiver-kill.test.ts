import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Db, openDatabase } from "@verdict/db";
import type { EmbeddedPostgres } from "@verdict/db/embedded";
import { startRedis, type TestRedis } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDurablePostgres } from "../src/durable-postgres.ts";
import { drain, heldReceipts } from "../src/held-receipts.ts";
import { killAfter200 } from "../src/kill-rounds.ts";
import { startReceiver } from "../src/receiver-process.ts";

const KILLS = 12;

let folder: string;
let postgres: EmbeddedPostgres;
let redis: TestRedis | null;
let db: Db;
let compiled: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "verdict-kill-"));
  compiled = join(folder, "compiled");
  postgres = await startDurablePostgres(folder);
  redis = await startRedis({ folder });
  db = openDatabase(postgres.url);
  // Only a process that ends in order leaves the others something compiled.
  await (await startReceiver({ NODE_COMPILE_CACHE: compiled })).stop();
});
afterAll(async () => {
  await db?.close();
  await redis?.stop();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Kills receivers, lets a worker work off what they left, and returns what was answered 200 and what is held of it. */
async function killAndDrain(env: { RECEIPT_SINKS: string; QUEUE_URL: string }) {
  const all = { ...env, DATABASE_URL: postgres.url, NODE_COMPILE_CACHE: compiled };
  const start = () => startReceiver(all);
  const { first, others } = await killAfter200({ times: KILLS, atOnce: 8, ahead: 2, start });
  await drain(all);
  const answered = [...first, ...others];
  return { kills: first.length, answered, held: await heldReceipts(db, answered) };
}

test("a receiver killed at the first byte of a 200 has left its callback in Postgres", {
  timeout: 120_000,
}, async () => {
  const { kills, answered, held } = await killAndDrain({ RECEIPT_SINKS: "postgres,queue", QUEUE_URL: postgres.url });

  expect(kills).toBe(KILLS);
  expect(held).toHaveLength(answered.length);
  expect(held.map(({ sink }) => sink)).toContain("postgres");
});

const hasRedis = Boolean(process.env.TEST_REDIS_URL);
test.skipIf(!hasRedis)(
  hasRedis
    ? "a receiver killed at the first byte of a 200 has left its claim in a Redis that syncs"
    : "a receiver killed after a 200, with Redis (skipped: no redis-server here; apt-get install redis-server)",
  { timeout: 120_000 },
  async () => {
    const { kills, answered, held } = await killAndDrain({
      RECEIPT_SINKS: "queue,postgres",
      QUEUE_URL: redis?.url ?? "",
    });

    expect(kills).toBe(KILLS);
    expect(held).toHaveLength(answered.length);
    expect(held.map(({ sink }) => sink)).toContain("queue");
  },
);
