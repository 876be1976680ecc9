import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openQueue } from "../src/index.ts";
import type { BreakableStore } from "./breakable-store.ts";
import { ownCluster } from "./own-cluster.ts";
import { queueContract } from "./queue-contract.ts";

const here = Boolean(process.env.TEST_REDIS_URL);
const name = here
  ? "Redis Cluster of three masters"
  : "Redis Cluster (skipped: no redis-server on this machine; apt-get install redis-server)";

describe.skipIf(!here)(name, () => {
  let cluster: BreakableStore;
  beforeAll(async () => {
    cluster = await ownCluster();
  }, 60_000);
  afterAll(() => cluster?.remove());

  queueContract({ url: () => cluster.url, breakable: ownCluster });

  test("it promises what the most forgetful of its masters does", async () => {
    const queue = openQueue({ url: cluster.url, timeoutMs: 10_000 });
    expect(await queue.durability()).toEqual({ kind: "forgets", why: expect.stringContaining("appendfsync") });
    await queue.close();
  });
});
