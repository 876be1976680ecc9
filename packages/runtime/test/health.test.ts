import { expect, test } from "vitest";
import { createMetrics, healthRoutes, metricsRoutes } from "../src/index.ts";

const status = async (app: { request(path: string): Response | Promise<Response> }, path: string) => {
  const answer = await app.request(path);
  return [answer.status, await answer.json()];
};

test("without checks an app is live and ready", async () => {
  const app = healthRoutes();
  expect(await status(app, "/livez")).toEqual([200, { status: "live" }]);
  expect(await status(app, "/readyz")).toEqual([200, { status: "ready" }]);
});

test("readyz names the checks that fail or hang, and does not tell strangers why", async () => {
  const app = healthRoutes({
    limitMs: 10,
    checks: {
      queue: async () => {
        throw new Error("password wrong");
      },
      database: async () => 1,
      provider: () => new Promise(() => {}),
    },
  });
  expect(await status(app, "/readyz")).toEqual([503, { status: "unready", failed: ["queue", "provider"] }]);
  expect(await status(app, "/livez")).toEqual([200, { status: "live" }]);
});

test("however often readyz is asked, its checks run one at a time and once per second", async () => {
  let now = 0;
  let runs = 0;
  let held = Promise.withResolvers<void>();
  const store = () => {
    runs += 1;
    return held.promise;
  };
  const app = healthRoutes({ checks: { store }, clock: () => now });
  const asked = [status(app, "/readyz"), status(app, "/readyz")];
  now = 1_500;
  asked.push(status(app, "/readyz"));
  held.resolve();
  expect(await Promise.all(asked)).toEqual(Array(3).fill([200, { status: "ready" }]));
  expect(runs).toBe(1);

  held = Promise.withResolvers();
  held.reject(new Error("gone"));
  now = 2_499;
  expect(await status(app, "/readyz")).toEqual([200, { status: "ready" }]);
  now = 2_500;
  expect(await status(app, "/readyz")).toEqual([503, { status: "unready", failed: ["store"] }]);
  expect(runs).toBe(2);
});

test("a stopping app turns traffic away", async () => {
  const app = healthRoutes({ stopping: AbortSignal.abort() });
  expect(await status(app, "/readyz")).toEqual([503, { status: "stopping", failed: [] }]);
});

test.each([
  ["development without a token", { production: false }, undefined, 200],
  ["production without a token", { production: true }, undefined, 404],
  ["no credentials", { production: false, token: "t".repeat(16) }, undefined, 401],
  ["a wrong bearer", { production: true, token: "t".repeat(16) }, "Bearer nonsense", 401],
  ["the right bearer", { production: true, token: "t".repeat(16) }, `Bearer ${"t".repeat(16)}`, 200],
] as const)("metrics for %s", async (_, access, authorization, expected) => {
  const app = metricsRoutes(createMetrics("receiver"), access);
  const answer = await app.request("/metrics", { headers: authorization ? { authorization } : {} });
  expect(answer.status).toBe(expected);
  if (expected === 200) expect(await answer.text()).toContain('process_cpu_seconds_total{app="receiver"}');
});
