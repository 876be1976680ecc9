import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Db, openDatabase } from "@verdict/db";
import type { EmbeddedPostgres } from "@verdict/db/embedded";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { AppProcess } from "../src/app-process.ts";
import { startCallbackLoad } from "../src/callback-load.ts";
import { startDurablePostgres } from "../src/durable-postgres.ts";
import { drain, heldReceipts } from "../src/held-receipts.ts";
import { startReceiver } from "../src/receiver-process.ts";
import { startWorker } from "../src/worker-process.ts";

const CONNECTIONS = 8;
const A_WHILE = 60;

let folder: string;
let postgres: EmbeddedPostgres;
let db: Db;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "verdict-rolling-"));
  postgres = await startDurablePostgres(folder);
  db = openDatabase(postgres.url);
});
afterAll(async () => {
  await db?.close();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("while every process is replaced by another one, no authentic callback gets anything but 200", async () => {
  const env = { DATABASE_URL: postgres.url, PROCESSES_EACH: "2" };
  const first = await startReceiver(env);
  const port = first.port;
  const onSamePort = () => startReceiver({ ...env, RECEIVER_PORT: String(port) });
  const receivers: AppProcess[] = [first, await onSamePort()];
  let worker = await startWorker(env);
  onTestFinished(async () => {
    await Promise.all([...receivers, worker].map((one) => one.kill("SIGKILL")));
  });

  const load = startCallbackLoad(port, CONNECTIONS);
  await load.answered(200, A_WHILE);
  for (const index of receivers.keys()) {
    expect(await receivers[index]?.stop()).toBe(0);
    await load.answered(200, A_WHILE);
    receivers[index] = await onSamePort();
    await load.answered(200, A_WHILE);
  }
  expect(await worker.stop()).toBe(0);
  await load.answered(200, A_WHILE);
  worker = await startWorker(env);
  await load.answered(200, A_WHILE);
  const { authentic } = await load.stop();

  expect(authentic.filter(({ status }) => status !== 200)).toEqual([]);
  await worker.stop();
  await drain(env);
  const held = await heldReceipts(
    db,
    authentic.map(({ callback }) => callback),
  );
  expect(held).toHaveLength(authentic.length);
}, 120_000);
