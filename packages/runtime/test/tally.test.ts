import { expect, test } from "vitest";
import { createMetrics, OTHER, oneOfValues, spread, tally } from "../src/index.ts";

const page = async (registry: ReturnType<typeof createMetrics>, name: string) =>
  (await registry.getSingleMetricAsString(name)).split("\n").filter((line) => !line.startsWith("#"));

test("a tally has every combination of its labels from the beginning, at zero", async () => {
  const registry = createMetrics("app");
  const labels = [
    ["route", ["default"]],
    ["outcome", ["accepted", "refused"]],
  ] as const;
  const count = tally(registry, { name: "verdict_things_total", help: "h", labels });
  count("default", "refused");
  count("default", "refused");
  expect((await page(registry, "verdict_things_total")).map((line) => line.replace(',app="app"', ""))).toEqual([
    'verdict_things_total{route="default",outcome="accepted"} 0',
    'verdict_things_total{route="default",outcome="refused"} 2',
    'verdict_things_total{route="default",outcome="other"} 0',
    'verdict_things_total{route="other",outcome="accepted"} 0',
    'verdict_things_total{route="other",outcome="refused"} 0',
    'verdict_things_total{route="other",outcome="other"} 0',
  ]);
});

test("what strangers make up never becomes a series of its own", async () => {
  const registry = createMetrics("app");
  const labels = [
    ["route", ["default"]],
    ["outcome", ["accepted"]],
  ] as const;
  const count = tally(registry, { name: "verdict_things_total", help: "h", labels });
  const before = (await page(registry, "verdict_things_total")).length;
  for (let index = 0; index < 1_000; index++) count(`made-up-${index}`, `made-up-${index}`);
  for (const word of ["__proto__", "constructor", ""]) count(word, word);
  const lines = await page(registry, "verdict_things_total");
  expect(lines).toHaveLength(before);
  expect(lines).toContainEqual(expect.stringMatching(/route="other",outcome="other".* 1003$/));
  expect([oneOfValues(["a"])("a"), oneOfValues(["a"])("__proto__")]).toEqual(["a", OTHER]);
});

test("a spread is a histogram: cumulative buckets, sum and count; a value on a bound is within it", async () => {
  const registry = createMetrics("app");
  const observe = spread(registry, { name: "verdict_seconds", help: "h", buckets: [0.1, 1] });
  for (const value of [0.05, 0.1, 0.5, 7]) observe(value);
  expect((await page(registry, "verdict_seconds")).map((line) => line.replace(',app="app"', ""))).toEqual([
    'verdict_seconds_bucket{le="0.1"} 2',
    'verdict_seconds_bucket{le="1"} 3',
    'verdict_seconds_bucket{le="+Inf"} 4',
    'verdict_seconds_sum{app="app"} 7.65',
    'verdict_seconds_count{app="app"} 4',
  ]);
});
