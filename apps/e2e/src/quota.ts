import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openDatabase } from "@verdict/db";
import { startDurablePostgres } from "./durable-postgres.ts";
import { runQuota } from "./quota-run.ts";
import { startSimulator } from "./simulator-process.ts";

const { values } = parseArgs({
  options: {
    rates: { type: "string", default: "3,10,50" },
    workers: { type: "string", default: "4" },
    backlog: { type: "string", default: "2000" },
    seconds: { type: "string", default: "30" },
  },
});
const number = (name: "workers" | "backlog" | "seconds"): number => {
  const value = Number(values[name]);
  if (!(Number.isInteger(value) && value > 0))
    throw new Error(`--${name}: expected a whole number, got ${values[name]}`);
  return value;
};

const folder = await mkdtemp(join(tmpdir(), "verdict-quota-"));
try {
  for (const rate of values.rates.split(",").map(Number)) {
    const postgres = await startDurablePostgres(join(folder, `at-${rate}`));
    const db = openDatabase(postgres.url, { max: 4 });
    const simulator = await startSimulator();
    try {
      const run = { rate, workers: number("workers"), backlog: number("backlog"), seconds: number("seconds") };
      const { calls, throttled, fullestSecond, used } = await runQuota({ db, url: postgres.url, simulator }, run);
      process.stdout.write(
        `${rate}/s, ${run.workers} workers, backlog ${run.backlog}: ${calls} calls, fullest second ${fullestSecond}, ` +
          `${(used * 100).toFixed(1)} % used, ${throttled} throttled\n`,
      );
      if (throttled > 0 || fullestSecond > rate) process.exitCode = 1;
    } finally {
      await simulator.stop();
      await db.close();
      await postgres.stop();
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
