import { describe, expect, test } from "vitest";
import { isClusterUrl, isRedisUrl, nodesOf, redisOptionsOf } from "../src/redis-client.ts";

describe("nodes of a URL", () => {
  test.each([
    ["redis+cluster://a:7000", [["a", 7000]]],
    ["redis+cluster://a", [["a", 6379]]],
    [
      "redis+cluster://user:word@a:7000?nodes=b:7001,c",
      [
        ["a", 7000],
        ["b", 7001],
        ["c", 6379],
      ],
    ],
    [
      "redis+cluster://[::1]:7000?nodes=[fe80::2]:7001",
      [
        ["::1", 7000],
        ["fe80::2", 7001],
      ],
    ],
  ])("%s", (url, nodes) => {
    expect(nodesOf(new URL(url), 6379).map(({ host, port }) => [host, port])).toEqual(nodes);
  });
});

test.each(["redis", "rediss", "redis+cluster", "rediss+cluster", "redis+sentinel", "rediss+sentinel"])(
  "%s:// is a Redis",
  (scheme) => {
    expect(isRedisUrl(`${scheme}://host:1`)).toBe(true);
    expect(isClusterUrl(`${scheme}://host:1`)).toBe(scheme.endsWith("+cluster"));
  },
);

test.each(["postgres://host/db", "redis+other://host", "http://redis", ""])("%j is none", (url) => {
  expect(isRedisUrl(url)).toBe(false);
});

test("sentinels are asked for the master of the name in the path, by its login", () => {
  const options = redisOptionsOf("rediss+sentinel://me:p%40ss@a:26379/my%20master?nodes=b:26380", {
    ...{ retryStrategy: () => null, keepAlive: 1, socketTimeout: 1, maxRetriesPerRequest: null },
  });
  expect(options).toMatchObject({
    sentinels: [
      { host: "a", port: 26379 },
      { host: "b", port: 26380 },
    ],
    ...{ name: "my master", username: "me", password: "p@ss", tls: {} },
  });
  expect(options).not.toHaveProperty("url");
});
