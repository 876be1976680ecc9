import { expect, test, vi } from "vitest";
import { givenDataDir, givenStart, runs } from "./given-stack.ts";

vi.setConfig({ testTimeout: 90_000 });

const ports = { RECEIVER_PORT: "0", API_PORT: "0", SIMULATOR_PORT: "0" };

test("without DATABASE_URL it brings its own Postgres, revives it on its port and stops it last", async () => {
  const { child, ready, said, stack, ended } = givenStart(givenDataDir(), ports);
  const { pids, databaseUrl } = await ready();
  expect(databaseUrl).toMatch(/^postgres:\/\/verdict:[^@]+@127\.0\.0\.1:\d+\/verdict$/);

  process.kill(pids.postgres ?? 0, "SIGKILL");
  await said(/^postgres ended; starting it again in 0.02 s/);
  await said(/^postgres runs again, pid \d+$/);
  expect(stack()?.databaseUrl).toBe(databaseUrl);
  const again = stack()?.pids.postgres;
  expect(again).not.toBe(pids.postgres);

  child.kill("SIGTERM");
  expect((await ended()).code).toBe(0);
  expect(runs(again)).toBe(false);
});

test("a killed supervisor leaves a Postgres that the next start takes over", async () => {
  const dataDir = givenDataDir();
  const first = givenStart(dataDir, ports);
  const { pids } = await first.ready();
  first.child.kill("SIGKILL");
  const second = givenStart(dataDir, ports);
  await second.ready();
  expect(second.lines).toContainEqual(
    expect.stringMatching(/^stopped a PostgreSQL that an earlier run had left behind/),
  );
  expect(Object.values(pids).filter(runs)).toEqual([]);
});
