import { cpus, release, totalmem, type } from "node:os";
import { openDatabase } from "@verdict/db";
import type { EmbeddedPostgres } from "@verdict/db/embedded";
import { info, type Stores } from "../machine/stores.ts";
import { packageVersion } from "./package-version.ts";

export type About = {
  date: string;
  machine: { cpu: string; cores: number; memoryGiB: number; kernel: string };
  versions: Record<string, string | null>;
};

/** What the figures were measured with. */
export async function describeRun({ postgres, redis }: Stores): Promise<About> {
  const processors = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: {
      cpu: processors[0]?.model.trim() ?? "unknown",
      cores: processors.length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      kernel: `${type()} ${release()}`,
    },
    versions: {
      node: process.versions.node,
      hono: packageVersion("hono"),
      "@hono/node-server": packageVersion("@hono/node-server"),
      bullmq: packageVersion("bullmq"),
      ioredis: packageVersion("ioredis"),
      postgres: await describePostgres(postgres),
      redis: redis ? await info(redis.always.client, "server", "redis_version") : null,
    },
  };
}

async function describePostgres({ url }: EmbeddedPostgres): Promise<string> {
  const db = openDatabase(url, { max: 1 });
  try {
    const [row] = await db.sql<{ version: string; buffers: string }[]>`
      select current_setting('server_version') as version, current_setting('shared_buffers') as buffers`;
    return row ? `${row.version} (shared_buffers ${row.buffers})` : "unknown";
  } finally {
    await db.close();
  }
}
