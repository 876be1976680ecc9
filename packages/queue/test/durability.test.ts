import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { judgeRedis, postgresDurability } from "../src/durability.ts";
import { openQueue } from "../src/index.ts";
import { ownRedis } from "./own-redis.ts";

const safe = { appendonly: "yes", appendfsync: "always", maxmemory: "0", "maxmemory-policy": "noeviction" };

describe("a Redis", () => {
  test.each([
    ["that syncs every write and evicts nothing", {}, "kept", ""],
    ["whose policy evicts, but which has no limit", { "maxmemory-policy": "allkeys-lru" }, "kept", ""],
    ["without a log", { appendonly: "no" }, "forgets", "appendonly is no"],
    ["that syncs once a second", { appendfsync: "everysec" }, "forgets", "appendfsync is everysec"],
    ["that leaves syncing to the system", { appendfsync: "no" }, "forgets", "appendfsync is no"],
    ["that evicts", { "maxmemory-policy": "volatile-lru", maxmemory: "1000" }, "forgets", "volatile-lru"],
    ["that does not tell how it syncs", { appendfsync: undefined }, "unknown", "appendfsync"],
    [
      "that tells nothing",
      { appendonly: undefined, appendfsync: undefined, "maxmemory-policy": undefined },
      "unknown",
      "appendonly",
    ],
    ["that tells only the worst", { appendonly: "no", appendfsync: undefined }, "forgets", "appendonly is no"],
  ])("%s", (_, changes, kind, why) => {
    const judged = judgeRedis({ ...safe, ...changes });
    expect(judged.kind).toBe(kind);
    expect("why" in judged ? judged.why : "").toContain(why);
  });
});

test.each([
  [{ fsync: "on", commit: "on" }, "kept"],
  [{ fsync: "on", commit: "remote_apply" }, "kept"],
  [{ fsync: "on", commit: "off" }, "forgets"],
  [{ fsync: "off", commit: "on" }, "forgets"],
])("a Postgres with %o", (settings, kind) => {
  expect(postgresDurability(settings).kind).toBe(kind);
});

const server = process.env.TEST_REDIS_URL;
describe.skipIf(!server)(server ? "asked for it, Redis" : "asked for it, Redis (skipped: no redis-server here)", () => {
  async function given(...settings: [string, string][]) {
    const store = await ownRedis();
    const admin = new Redis(store.url);
    const queue = openQueue({ url: store.url, timeoutMs: 10_000 });
    onTestFinished(async () => {
      await queue.close();
      admin.disconnect();
      await store.remove();
    });
    for (const [name, value] of settings) await admin.config("SET", name, value);
    return { queue, admin, url: store.url };
  }

  test("tells what it promises, as it stands now", async () => {
    const { queue, admin } = await given(["appendfsync", "always"]);
    expect(await queue.durability()).toEqual({ kind: "kept" });
    await admin.config("SET", "appendfsync", "everysec");
    expect(await queue.durability()).toMatchObject({ kind: "forgets" });
  });

  test("that forbids CONFIG is judged by what INFO tells", async () => {
    const { url, admin } = await given();
    await admin.call("ACL", "SETUSER", "tenant", "on", ">pass", "~*", "&*", "+@all", "-config");
    const tenant = openQueue({ url: url.replace("redis://", "redis://tenant:pass@"), timeoutMs: 10_000 });
    onTestFinished(() => tenant.close());
    expect(await tenant.durability()).toMatchObject({ kind: "unknown", why: expect.stringContaining("appendfsync") });
    await admin.config("SET", "appendonly", "no");
    expect(await tenant.durability()).toMatchObject({ kind: "forgets", why: expect.stringContaining("appendonly") });
  });
});
