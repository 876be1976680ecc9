import { migrateQueue } from "@verdict/queue";
import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { AppProcess } from "../src/app-process.ts";
import { startCallbackLoad } from "../src/callback-load.ts";
import { newCallback } from "../src/callbacks.ts";
import { openClient } from "../src/client.ts";
import { type Garbage, garbage } from "../src/garbage.ts";
import { rawExchange } from "../src/raw-exchange.ts";
import { startReceiver } from "../src/receiver-process.ts";
import { openSlowClients } from "../src/slow-clients.ts";

let database: TestDatabase;
let receiver: AppProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateQueue(database.url);
  receiver = await startReceiver({ DATABASE_URL: database.url });
});
afterAll(async () => {
  await receiver?.kill("SIGKILL");
  await database?.drop();
});

test("clients that send a byte at a time are cut off, and nobody else waits for them", {
  timeout: 60_000,
}, async () => {
  const CLIENTS = 400;
  const slow = await openSlowClients(receiver.port, CLIENTS);
  onTestFinished(slow.close);
  const load = startCallbackLoad(receiver.port, 2);
  const endings = await slow.cut;
  const { authentic, forged } = await load.stop();

  // Whoever writes while the connection is being closed may not see its answer.
  expect(endings).toHaveLength(CLIENTS);
  expect(endings.filter((statuses) => statuses.length > 0 && statuses.join() !== "408")).toEqual([]);
  expect(endings.flat()).toContain(408);
  expect(authentic.length).toBeGreaterThan(0);
  expect(authentic.filter(({ status }) => status !== 200)).toEqual([]);
  expect(forged.filter(({ status }) => status !== 401 && status !== 429)).toEqual([]);
});

/** Every answer a stranger may get, see the table of answers. */
const FOR_STRANGERS = [400, 401, 403, 404, 405, 408, 414, 429, 431];

test("garbage gets documented answers or none, and takes no memory", { timeout: 60_000 }, async () => {
  const COUNT = 3_000;
  const sent = garbage(20_260_101, COUNT);
  const client = openClient(receiver.port);
  onTestFinished(client.close);

  const undocumented = await sendAll(sent.slice(0, COUNT / 2));
  const before = await heapUsed();
  undocumented.push(...(await sendAll(sent.slice(COUNT / 2))));
  const after = await heapUsed();

  expect(undocumented).toEqual([]);
  expect(after - before).toBeLessThan(50 * 1024 * 1024);
  expect(receiver.isAlive()).toBe(true);
  const { status } = await client.send(newCallback().target);
  expect(status).toBe(200);

  async function heapUsed(): Promise<number> {
    const { body } = await client.send("/metrics");
    return Number(/^nodejs_heap_size_used_bytes\{.*\} (\S+)$/m.exec(body)?.[1]);
  }
});

/** Sends it over a few connections at a time. Returns what was answered as it must not be. */
async function sendAll(all: readonly Garbage[]) {
  const undocumented: { kind: string; status: number; text: string }[] = [];
  const left = all.values();
  const sendSome = async () => {
    for (const { kind, bytes, mayProbe, isBeginning } of left) {
      const { statuses } = await rawExchange(receiver.port, bytes, isBeginning);
      for (const status of statuses) {
        if (FOR_STRANGERS.includes(status) || (mayProbe && status === 200)) continue;
        undocumented.push({ kind, status, text: bytes.toString("latin1").slice(0, 500) });
      }
    }
  };
  await Promise.all(Array.from({ length: 20 }, sendSome));
  return undocumented;
}
