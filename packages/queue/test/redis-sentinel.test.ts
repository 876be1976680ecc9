import { expect, onTestFinished, test } from "vitest";
import { openQueue } from "../src/index.ts";
import { givenJob, recorder } from "./contract/setup.ts";
import { ownRedis } from "./own-redis.ts";
import { ownSentinel } from "./own-sentinel.ts";
import { until } from "./until.ts";

const here = Boolean(process.env.TEST_REDIS_URL);
const name = "jobs run on the master that sentinels name";

test.skipIf(!here)(here ? name : `${name} (skipped: no redis-server on this machine)`, async () => {
  const master = await ownRedis();
  onTestFinished(() => master.remove());
  const sentinel = await ownSentinel(master.url, "mymaster");
  onTestFinished(() => sentinel.remove());

  const queue = openQueue({ url: `redis+sentinel://${sentinel.host}/mymaster`, timeoutMs: 10_000 });
  onTestFinished(() => queue.close());
  const job = givenJob();
  const { seen, handler } = recorder();
  queue.work(job, handler);
  await queue.enqueue(job, { note: "by way of the sentinel" });
  await until("it ran", () => seen.length === 1);

  const nobody = openQueue({ url: `redis+sentinel://${sentinel.host}/nobody`, timeoutMs: 300 });
  await expect(nobody.ping()).rejects.toThrow();
  await nobody.close();
});
