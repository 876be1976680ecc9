import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { killAtRandom } from "./kill-at-random.ts";
import { runDemo, runVerdict, startStack } from "./stack-process.ts";
import { startSyncingRedis } from "./syncing-redis.ts";

/** Visitors through the whole stack with harsh faults, while its parts are killed at random; then every promise is checked. */
const { values } = parseArgs({
  options: {
    sessions: { type: "string", default: "5000" },
    queue: { type: "string", default: "postgres" },
    "kill-every-ms": { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
  },
});

const folder = await mkdtemp(join(tmpdir(), "verdict-harsh-"));
const redis = values.queue === "redis" ? await startSyncingRedis(folder) : null;
const stack = await startStack({ ...(redis && { QUEUE_URL: redis.url }) }, join(folder, "data"));
try {
  const env = { DATA_DIR: stack.dataDir, API_BOOTSTRAP_KEY: stack.apiKey };
  const demo = runDemo(["--sessions", values.sessions, "--seed", values.seed, "--faults", "harsh"], env);
  const kills = await killAtRandom(stack, Number(values["kill-every-ms"]), demo);
  const { code, summary } = await demo;
  process.stdout.write(`${values.queue}: ${JSON.stringify(summary)}\nkilled ${JSON.stringify(kills)}\n`);
  let worst = code ?? 1;
  for (const command of ["check-invariants", "verify-ledger"]) {
    const { code, printed } = await runVerdict([command], env);
    process.stdout.write(`${command} ended with ${code}\n${printed}`);
    worst ||= code;
  }
  process.exitCode = worst;
} finally {
  await stack.stop();
  await redis?.stop();
  await rm(folder, { recursive: true, force: true });
}
