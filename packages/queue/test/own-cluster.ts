import { Redis } from "ioredis";
import type { BreakableStore } from "./breakable-store.ts";
import { ownRedis } from "./own-redis.ts";
import { until } from "./until.ts";

const MASTERS = 3;
const SLOTS = 16_384;

/** A Redis Cluster of three masters of the test's own. Stopped, none of them runs. */
export async function ownCluster(): Promise<BreakableStore> {
  const nodes = await Promise.all(
    Array.from({ length: MASTERS }, () => ownRedis("--cluster-enabled", "yes", "--cluster-node-timeout", "2000")),
  );
  const clients = nodes.map(({ url }) => new Redis(url));
  try {
    for (const [index, client] of clients.entries()) {
      const from = Math.floor((SLOTS * index) / MASTERS);
      const to = Math.floor((SLOTS * (index + 1)) / MASTERS) - 1;
      await client.call("CLUSTER", "ADDSLOTSRANGE", from, to);
      for (const { url } of nodes) await client.call("CLUSTER", "MEET", "127.0.0.1", new URL(url).port);
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
  const [first, ...others] = nodes.map(({ url }) => new URL(url).host);
  await allAgree(nodes);
  return {
    url: `redis+cluster://${first}?nodes=${others.join(",")}`,
    async start() {
      await Promise.all(nodes.map((node) => node.start()));
      await allAgree(nodes);
    },
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
    async remove() {
      await Promise.all(nodes.map((node) => node.remove()));
    },
  };
}

/** A cluster takes commands when its nodes know of each other and who has which keys. */
async function allAgree(nodes: readonly BreakableStore[]): Promise<void> {
  for (const { url } of nodes) {
    const client = new Redis(url);
    try {
      await until("the cluster is whole", async () => {
        const info = String(await client.call("CLUSTER", "INFO"));
        return info.includes("cluster_state:ok") && info.includes(`cluster_known_nodes:${MASTERS}`);
      });
    } finally {
      client.disconnect();
    }
  }
}
