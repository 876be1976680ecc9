import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listRefusals } from "@verdict/db";
import { createTestDatabase, freePort, startRedis, until } from "@verdict/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { CALLBACK_PATH, forgedTarget, newCallback } from "../src/callbacks.ts";
import { type Answer, type Client, openClient } from "../src/client.ts";
import { type ConnectionSpy, standSpy } from "../src/connection-spy.ts";
import { startDurablePostgres } from "../src/durable-postgres.ts";
import { type Surroundings, startReceiver } from "../src/receiver-process.ts";

const hasRedis = Boolean(process.env.TEST_REDIS_URL);

async function givenReceiver(env: Surroundings) {
  const receiver = await startReceiver(env);
  onTestFinished(async () => void (await receiver.kill("SIGKILL")));
  const client = openClient(receiver.port, 8);
  onTestFinished(client.close);
  return { receiver, client };
}

async function givenFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "verdict-strangers-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function givenSpy(): Promise<ConnectionSpy> {
  const spy = await standSpy();
  onTestFinished(spy.close);
  return spy;
}

/** Statuses of so many forged callbacks. */
async function flood(client: Client, times: number, headers: (nth: number) => Record<string, string> = () => ({})) {
  const answers = await Promise.all(
    Array.from({ length: times }, (_, nth) => client.send(forgedTarget(), { headers: headers(nth) })),
  );
  return [...new Set(answers.map(({ status }) => status))];
}

const statusOf = async (answer: Promise<Answer>) => (await answer).status;

describe("stores that listen and are watched", () => {
  test("probes, forgeries and nonsense open no connection in the whole life of the process", async () => {
    const [database, queue] = [await givenSpy(), await givenSpy()];
    const { receiver, client } = await givenReceiver({
      DATABASE_URL: `postgres://nobody@127.0.0.1:${database.port}/none`,
      QUEUE_URL: `postgres://nobody@127.0.0.1:${queue.port}/none`,
    });
    expect(await flood(client, 300)).toEqual([401]);
    expect(await statusOf(client.send(CALLBACK_PATH))).toBe(200);
    expect(await statusOf(client.send(CALLBACK_PATH, { method: "HEAD" }))).toBe(200);
    expect(await statusOf(client.send(newCallback().target, { method: "HEAD" }))).toBe(200);
    expect(await statusOf(client.send(newCallback().target, { method: "POST" }))).toBe(405);
    expect(await statusOf(client.send(newCallback().target, { method: "OPTIONS" }))).toBe(405);
    expect(await statusOf(client.send(`${newCallback().target}&long=${"x".repeat(4_096)}`))).toBe(414);
    const headers = { "x-long": "x".repeat(16_384) };
    expect(await statusOf(client.send(newCallback().target, { headers }))).toBe(431);
    expect(await statusOf(client.send("/livez"))).toBe(200);

    expect(await receiver.stop()).toBe(0);
    expect([await database.connections(), await queue.connections()]).toEqual([0, 0]);
  });

  test("a Redis is looked at once at the start; only an authentic callback tries the stores again", async () => {
    const [database, queue] = [await givenSpy(), await givenSpy()];
    const { client } = await givenReceiver({
      DATABASE_URL: `postgres://nobody@127.0.0.1:${database.port}/none`,
      QUEUE_URL: `redis://127.0.0.1:${queue.port}`,
    });
    const look = await queue.connections();
    expect(look).toBe(1);
    expect(await flood(client, 300)).toEqual([401]);
    expect(await statusOf(client.send(CALLBACK_PATH))).toBe(200);
    expect([await database.connections(), await queue.connections()]).toEqual([0, look]);

    // Right after a failed attempt a store is left alone for a moment, and so may be for the first of these.
    await until(async () => {
      const { status, headers } = await client.send(newCallback().target);
      expect([status, headers["retry-after"]]).toEqual([503, "1"]);
      return (await database.connections()) > 0 && (await queue.connections()) > look;
    });
  });
});

test.skipIf(!hasRedis)(
  hasRedis
    ? "a receiver that starts before its stores becomes whole when they come"
    : "a receiver that starts before its stores (skipped: no redis-server here; apt-get install redis-server)",
  async () => {
    const folder = await givenFolder();
    const [databasePort, queuePort] = [await freePort(), await freePort()];
    const { receiver, client } = await givenReceiver({
      DATABASE_URL: `postgres://verdict:test@127.0.0.1:${databasePort}/verdict`,
      QUEUE_URL: `redis://127.0.0.1:${queuePort}`,
    });
    expect(await statusOf(client.send(newCallback().target))).toBe(503);
    expect(await statusOf(client.send(CALLBACK_PATH))).toBe(200);
    expect(await flood(client, 10)).toEqual([401]);

    const callbackIsTaken = () =>
      until(async () => {
        const status = await statusOf(client.send(newCallback().target));
        expect([200, 503]).toContain(status);
        return status === 200;
      });
    const redis = await startRedis({ folder, port: queuePort });
    onTestFinished(() => redis?.stop());
    await callbackIsTaken();
    await redis?.stop();
    const postgres = await startDurablePostgres(folder, databasePort);
    onTestFinished(() => postgres.stop());
    await callbackIsTaken();
    expect(receiver.isAlive()).toBe(true);
  },
);

describe.skipIf(!hasRedis)(
  hasRedis ? "a Redis that may forget" : "a Redis that may forget (skipped: no redis-server here)",
  () => {
    const production = { NODE_ENV: "production" };

    async function givenForgetfulRedis(): Promise<string> {
      const redis = await startRedis({ folder: await givenFolder(), appendfsync: "everysec" });
      onTestFinished(() => redis?.stop());
      return redis?.url ?? "";
    }

    test("is refused in production at the start, with a line that names the setting", async () => {
      const QUEUE_URL = await givenForgetfulRedis();
      await expect(startReceiver({ ...production, QUEUE_URL })).rejects.toMatchObject({
        code: 1,
        errors: [expect.stringMatching(/RECEIPT_SINKS.*appendfsync/)],
      });
    });

    test("is taken in production when that was said to be acceptable", async () => {
      const QUEUE_URL = await givenForgetfulRedis();
      const { client } = await givenReceiver({ ...production, QUEUE_URL, ALLOW_FORGETFUL_QUEUE: "true" });
      expect(await statusOf(client.send(newCallback().target))).toBe(200);
    });
  },
);

test.each([
  ["no", ""],
  ["short", "k1:short"],
])("with %s token keys the receiver does not start in production", async (_, CALLBACK_TOKEN_KEYS) => {
  await expect(startReceiver({ NODE_ENV: "production", CALLBACK_TOKEN_KEYS })).rejects.toMatchObject({
    code: 1,
    errors: [expect.stringContaining("CALLBACK_TOKEN_KEYS")],
  });
});

test("a flood from many networks adds a bounded number of rows, and each request is counted", async () => {
  const FLOOD = 3_000;
  const ROWS = 50;
  const database = await createTestDatabase();
  onTestFinished(database.drop);
  const { receiver, client } = await givenReceiver({
    DATABASE_URL: database.url,
    CLIENT_ADDRESS_HEADER: "X-Forwarded-For",
    TRUSTED_PROXIES: "127.0.0.1/32",
    REFUSAL_ROWS_PER_HOUR: `${ROWS}`,
    REFUSAL_LIMIT_PER_SOURCE: "0",
    REFUSAL_LIMIT_PER_ROUTE: "0",
  });
  // Counts are only carried over a connection that stands.
  expect(await statusOf(client.send("/readyz"))).toBe(200);
  const addressOf = (nth: number) => `203.${nth >> 8}.${nth & 255}.9`;
  expect(await flood(client, FLOOD, (nth) => ({ "X-Forwarded-For": addressOf(nth) }))).toEqual([401]);
  expect(await receiver.stop()).toBe(0);

  const rows = await listRefusals(database.db, { limit: FLOOD });
  const hours = Object.values(Object.groupBy(rows, ({ hour }) => hour.toISOString())).map((hour) => hour?.length ?? 0);
  expect(Math.max(...hours)).toBeLessThanOrEqual(ROWS);
  expect(rows.length).toBeGreaterThan(1);
  expect(rows.reduce((sum, { times }) => sum + times, 0)).toBe(FLOOD);
});
