import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { killAtRandom } from "./kill-at-random.ts";
import { runDemo, runVerdict, type StackProcess, startStack } from "./stack-process.ts";
import { startSyncingRedis } from "./syncing-redis.ts";

/** Visitors through the whole stack with harsh faults, while its parts are killed at random; then every promise is checked. */
const { values } = parseArgs({
  options: {
    sessions: { type: "string", default: "5000" },
    queue: { type: "string", default: "postgres" },
    "kill-every-ms": { type: "string", default: "1000" },
    "processes-each": { type: "string", default: "3" },
    seed: { type: "string", default: "1" },
  },
});

const folder = await mkdtemp(join(tmpdir(), "verdict-harsh-"));
const redis = values.queue === "redis" ? await startSyncingRedis(folder) : null;
const settings = { PROCESSES_EACH: values["processes-each"], ...(redis && { QUEUE_URL: redis.url }) };
const stack = await startStack(settings, join(folder, "data"));
try {
  const env = { DATA_DIR: stack.dataDir, API_BOOTSTRAP_KEY: stack.apiKey };
  const settled = Promise.withResolvers<void>();
  const demo = runDemo(["--sessions", values.sessions, "--seed", values.seed, "--faults", "harsh"], env, (words) => {
    process.stderr.write(words);
    if (words.includes(`${values.sessions}/${values.sessions} settled`)) settled.resolve();
  });
  // What is left then is to read all of it.
  const kills = await killAtRandom(stack, Number(values["kill-every-ms"]), Promise.race([settled.promise, demo]));
  const { code, summary } = await demo;
  process.stdout.write(`${values.queue}: ${JSON.stringify(summary)}\nkilled ${JSON.stringify(kills)}\n`);
  for (const id of brokenIn(summary)) process.stdout.write(`${id}: ${await onRecord(stack, id)}\n`);
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

/** Some of the verifications that broke a promise. */
function brokenIn({ invariants }: { invariants: { broken: string[] }[] }): string[] {
  return [...new Set(invariants.flatMap(({ broken }) => broken))].slice(0, 5);
}

/** What both sides hold about one of them: its timeline, and the provider's calls and answers. */
async function onRecord({ urls, apiKey }: StackProcess, id: string): Promise<string> {
  const headers = { Authorization: `Bearer ${apiKey}` };
  const read = async <T>(url: string) => (await (await fetch(url, { headers })).json()) as T;
  const { transactionId } = await read<{ transactionId: string | null }>(`${urls.api}/v1/verifications/${id}`);
  const timeline = await read<unknown>(`${urls.api}/v1/verifications/${id}/timeline`);
  const log = await read<{ transactionId: string | null }[]>(`${urls.simulator}/_sim/log?since=0`);
  return JSON.stringify({ timeline, log: log.filter((entry) => entry.transactionId === transactionId) });
}
