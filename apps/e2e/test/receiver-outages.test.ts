import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Db, openDatabase } from "@verdict/db";
import { startRedis, until } from "@verdict/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { AppProcess } from "../src/app-process.ts";
import { type LoadRecord, startCallbackLoad } from "../src/callback-load.ts";
import { newCallback } from "../src/callbacks.ts";
import { openClient } from "../src/client.ts";
import { startDurablePostgres } from "../src/durable-postgres.ts";
import { committedReceiptIds, drain, heldReceipts } from "../src/held-receipts.ts";
import { type MortalStore, mortal } from "../src/mortal-store.ts";
import { startReceiver } from "../src/receiver-process.ts";
import { suspendPostgres } from "../src/suspend-postgres.ts";

const CONNECTIONS = 4;

/** Answers that show that things go on as they are. */
const A_WHILE = 100;

const hasRedis = Boolean(process.env.TEST_REDIS_URL);
const skipped = "stores that die under load (skipped: no redis-server here; apt-get install redis-server)";

describe.skipIf(!hasRedis)(hasRedis ? "stores that die under load" : skipped, { timeout: 120_000 }, () => {
  let folder: string;
  let postgres: MortalStore;
  let redis: MortalStore;
  let db: Db;
  let receiver: AppProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "verdict-outages-"));
    postgres = await mortal((port) => startDurablePostgres(folder, port));
    redis = await mortal(async (port) => {
      const started = await startRedis({ folder, ...(port !== undefined && { port }) });
      if (!started) throw new Error("There is no redis-server.");
      return started;
    });
  });
  afterAll(async () => {
    await redis?.stop();
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    db = openDatabase(postgres.url);
  });
  afterEach(async () => {
    await receiver?.kill("SIGKILL");
    await db.close();
  });

  const settings = (sinks: string) => ({
    DATABASE_URL: postgres.url,
    QUEUE_URL: redis.url,
    RECEIPT_SINKS: sinks,
  });

  /** Waits until the worker has nothing left to do, then compares. */
  async function everyPromiseKept(sinks: string, { authentic, forged }: LoadRecord): Promise<void> {
    const unusual = authentic.filter(({ status, retryAfter }) => status !== 200 && !(status === 503 && retryAfter));
    expect(unusual).toEqual([]);
    const believed = forged.filter(({ status, retryAfter }) => status !== 401 && !(status === 429 && retryAfter));
    expect(believed).toEqual([]);
    expect(forged.length).toBeGreaterThan(0);

    await drain(settings(sinks));
    const accepted = authentic.filter(({ status }) => status === 200).map(({ callback }) => callback);
    const held = await heldReceipts(db, accepted);
    const ids = new Set(held.map(({ id }) => id));
    expect(accepted.filter(({ receiptId }) => !ids.has(receiptId))).toEqual([]);
    expect(held).toHaveLength(accepted.length);
    // Each store has stood in for the other.
    expect(new Set(held.map(({ sink }) => sink))).toEqual(new Set(["postgres", "queue"]));
    // Each was sent once.
    expect(held.filter(({ copies }) => copies > 0)).toEqual([]);
  }

  test.each(["postgres,queue", "queue,postgres"])(
    "with %s, each 200 has its one receipt after every store was killed and came back",
    async (sinks) => {
      receiver = await startReceiver(settings(sinks));
      const load = startCallbackLoad(receiver.port, CONNECTIONS);
      await load.answered(200, A_WHILE);
      for (const store of [postgres, redis]) {
        await store.kill();
        await load.answered(200, A_WHILE);
        await store.restart();
        await load.answered(200, A_WHILE);
      }
      await Promise.all([postgres.kill(), redis.kill()]);
      await load.answered(503, A_WHILE);
      await Promise.all([postgres.restart(), redis.restart()]);
      await load.answered(200, A_WHILE);
      const record = await load.stop();

      const client = openClient(receiver.port);
      const { status } = await client.send(newCallback().target);
      client.close();
      expect(status).toBe(200);
      expect(receiver.isAlive()).toBe(true);
      // It has said what it suffered, and nothing of what it was sent.
      expect(receiver.output.join("\n")).toContain("a store does not take callbacks");
      expect(receiver.output.join("\n")).not.toMatch(/callbackToken|hks[0-9a-f]{29}/);
      await everyPromiseKept(sinks, record);
    },
  );

  test("while Postgres hangs the queue takes callbacks, and afterwards Postgres does again", async () => {
    const sinks = "postgres,queue";
    receiver = await startReceiver(settings(sinks));
    const load = startCallbackLoad(receiver.port, CONNECTIONS);
    await load.answered(200, A_WHILE);

    const resume = await suspendPostgres(db, postgres.pid());
    onTestFinished(resume);
    await load.answered(200, A_WHILE);
    resume();
    const client = openClient(receiver.port);
    await until(async () => {
      const callback = newCallback();
      await client.send(callback.target);
      return (await committedReceiptIds(db)).includes(callback.receiptId);
    });
    client.close();
    await everyPromiseKept(sinks, await load.stop());
  });
});
