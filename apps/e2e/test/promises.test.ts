import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRedis, type TestRedis, until } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runDemo, runVerdict, startStack } from "../src/stack-process.ts";
import { tellRedis } from "../src/tell-redis.ts";

const kept = { terminal: 60, open: 0, invariantsHeld: true };

test("with every callback lost, every session still ends with the right outcome", { timeout: 120_000 }, async () => {
  const faults = JSON.stringify({ callbacks: { drop: 1 } });
  const { code, summary } = await runDemo(["--sessions", "60", "--seed", "3", "--faults", faults]);
  expect(summary).toMatchObject({ ...kept, callbacks: { sent: 0, received: 0 } });
  expect(summary.callbacks.dropped).toBeGreaterThan(30);
  expect(code).toBe(0);
});

test("the demo exits with 1 and says why when a fault plan is nonsense", async () => {
  const faults = JSON.stringify({ callbacks: { drop: 7 } });
  await expect(runDemo(["--sessions", "1", "--faults", faults])).rejects.toThrow(/drop/);
}, 60_000);

const workerKilled = async (env: Record<string, string>) => {
  const stack = await startStack(env);
  try {
    const { worker } = await stack.pids();
    const demo = runDemo(["--sessions", "60", "--seed", "5"], {
      DATA_DIR: stack.dataDir,
      API_BOOTSTRAP_KEY: stack.apiKey,
    });
    await callbacksArrived(stack.urls.simulator, 5);
    process.kill(worker ?? 0, "SIGKILL");

    const { code, summary } = await demo;
    expect(summary).toMatchObject({ ...kept, stack: "running" });
    expect(code).toBe(0);
    expect((await stack.pids()).worker).not.toBe(worker);
  } finally {
    await stack.stop();
    await stack.removeData();
  }
};

/** Resolves when the provider has delivered so many callbacks, so that what is done then falls into the work. */
const callbacksArrived = (simulator: string, count: number) =>
  until(async () => {
    const response = await fetch(`${simulator}/_sim/log?since=0`);
    const log = (await response.json()) as { operation: string; httpStatus: number | null }[];
    return log.filter((entry) => entry.operation === "Callback" && entry.httpStatus === 200).length >= count;
  });

test("a worker killed in the middle loses nothing and settles nothing twice", { timeout: 120_000 }, () =>
  workerKilled({}),
);

const hasRedis = Boolean(process.env.TEST_REDIS_URL);
describe.skipIf(!hasRedis)(
  hasRedis
    ? "with the queue on Redis"
    : "with the queue on Redis (skipped: no redis-server here; apt-get install redis-server)",
  () => {
    let folder: string;
    let redis: TestRedis | null;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "verdict-redis-"));
      redis = await startRedis({ folder });
    });
    afterAll(async () => {
      await redis?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    test("a worker killed in the middle loses nothing and settles nothing twice", { timeout: 120_000 }, () =>
      workerKilled({ QUEUE_URL: redis?.url ?? "" }),
    );

    test("a Redis that forgets everything again and again costs time, not results", { timeout: 240_000 }, async () => {
      const url = redis?.url ?? "";
      const stack = await startStack({ QUEUE_URL: url });
      try {
        const env = { DATA_DIR: stack.dataDir, API_BOOTSTRAP_KEY: stack.apiKey };
        const demo = runDemo(["--sessions", "60", "--seed", "7"], env);
        for (const callbacks of [5, 15, 25]) {
          await callbacksArrived(stack.urls.simulator, callbacks);
          await tellRedis(url, "FLUSHALL");
        }
        const { code, summary } = await demo;
        expect(summary).toMatchObject({ ...kept, queue: "redis" });
        expect(code).toBe(0);
        const checked = await runVerdict(["check-invariants"], env);
        expect(checked).toMatchObject({ code: 0 });
      } finally {
        await stack.stop();
        await stack.removeData();
      }
    });
  },
);
