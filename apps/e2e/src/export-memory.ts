import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openDatabase } from "@verdict/db";
import { type AppProcess, startApp } from "./app-process.ts";
import { TOKEN_KEYS } from "./callbacks.ts";
import { startDurablePostgres } from "./durable-postgres.ts";
import { generateSessions } from "./generate-sessions.ts";
import { DATA_KEYS } from "./worker-process.ts";

/** Exports many sessions from the real API, whose heap is bounded, again and again, and tells how much memory its process holds. */
const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "100000" },
    rounds: { type: "string", default: "5" },
    "heap-mb": { type: "string", default: "96" },
    "growth-mb": { type: "string", default: "48" },
  },
});
const [rows, rounds, growthMb] = [Number(values.rows), Number(values.rounds), Number(values["growth-mb"])];
const API_KEY = "vk_for_the_memory_of_exports";

const folder = await mkdtemp(join(tmpdir(), "verdict-export-"));
const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
try {
  const postgres = await startDurablePostgres(folder);
  stops.unshift(() => postgres.stop());
  const db = openDatabase(postgres.url, { max: 1 });
  stops.unshift(() => db.close());
  await generateSessions(db, rows);
  await db.sql`analyze verifications`;
  const api = await startApp("api", {
    ...{ DATABASE_URL: postgres.url, API_PORT: "0", API_BOOTSTRAP_KEY: API_KEY, LOG_LEVEL: "warn" },
    ...{
      CALLBACK_TOKEN_KEYS: TOKEN_KEYS,
      DATA_ENCRYPTION_KEYS: DATA_KEYS,
      MERCHANT_USER_PEPPER: "of this script alone",
    },
    ...{ ALIBABA_CLOUD_ACCESS_KEY_ID: "nobody", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "nothing" },
    ...{ PUBLIC_CALLBACK_BASE_URL: "http://127.0.0.1:9", NODE_OPTIONS: `--max-old-space-size=${values["heap-mb"]}` },
  });
  stops.unshift(() => api.stop());
  for (const format of ["csv", "ndjson"]) {
    // What the first round leaves in memory is what an export takes; more rows must not add to it.
    const peaks: number[] = [];
    const began = performance.now();
    let bytes = 0;
    for (let round = 0; round < rounds; round += 1) {
      const done = await exported(api, format);
      if (done.lines !== rows + (format === "csv" ? 1 : 0)) throw new Error(`${done.lines} lines came of ${rows} rows`);
      peaks.push(done.peakMb);
      bytes += done.bytes;
    }
    const growth = Math.max(...peaks) - (peaks[0] ?? 0);
    if (growth > growthMb) process.exitCode = 1;
    const seconds = (performance.now() - began) / 1_000;
    process.stdout.write(
      `${format}: ${rounds} times ${rows} rows, ${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s; resident at most ` +
        `${peaks.map((peak) => peak.toFixed(0)).join(", ")} MB\n`,
    );
  }
} finally {
  for (const stop of stops) await stop();
}

async function exported(api: AppProcess, query: string) {
  const headers = { Authorization: `Bearer ${API_KEY}` };
  const answer = await fetch(`http://127.0.0.1:${api.port}/v1/exports/verifications?format=${query}`, { headers });
  if (!answer.ok || !answer.body) throw new Error(`The export was answered ${answer.status}: ${await answer.text()}`);
  let [lines, bytes, peakMb, chunks] = [0, 0, 0, 0];
  for await (const chunk of answer.body) {
    bytes += chunk.length;
    for (const byte of chunk) lines += byte === 10 ? 1 : 0;
    chunks += 1;
    if (chunks % 20 === 0) peakMb = Math.max(peakMb, await residentMb(api));
  }
  return { lines, bytes, peakMb: Math.max(peakMb, await residentMb(api)) };
}

/** What the kernel says the process holds in memory. */
async function residentMb({ pid }: AppProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024;
}
