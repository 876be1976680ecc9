import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openDatabase } from "@verdict/db";
import { startDurablePostgres } from "./durable-postgres.ts";
import { drain, heldReceipts } from "./held-receipts.ts";
import { killAfter200 } from "./kill-rounds.ts";
import { startReceiver } from "./receiver-process.ts";
import { startSyncingRedis } from "./syncing-redis.ts";

const { values } = parseArgs({
  options: { times: { type: "string", default: "1000" }, sinks: { type: "string", default: "postgres,queue" } },
});
const times = Number(values.times);
if (!(Number.isInteger(times) && times > 0)) throw new Error(`--times: expected a whole number, got ${values.times}`);

const folder = await mkdtemp(join(tmpdir(), "verdict-kills-"));
const postgres = await startDurablePostgres(folder);
const db = openDatabase(postgres.url);
const redis = values.sinks.startsWith("queue") ? await startSyncingRedis(folder) : null;
const env = {
  DATABASE_URL: postgres.url,
  QUEUE_URL: redis?.url ?? postgres.url,
  RECEIPT_SINKS: values.sinks,
  NODE_COMPILE_CACHE: join(folder, "compiled"),
};
try {
  // Only a process that ends in order leaves the others something compiled.
  await (await startReceiver(env)).stop();
  const kills = await killAfter200({
    times,
    atOnce: 8,
    ahead: 3,
    start: () => startReceiver(env),
    onKill: (count) => count % 20 === 0 && process.stderr.write(`${count} of ${times}\n`),
  });
  process.stderr.write("a worker makes receipts of them\n");
  await drain(env);
  const [first, others] = [await heldReceipts(db, kills.first), await heldReceipts(db, kills.others)];
  const lost = kills.first.length - first.length + kills.others.length - others.length;
  process.stderr.write(`${kills.others.length} more callbacks were answered 200 just before a kill\n`);
  process.stdout.write(`${kills.first.length} kills, ${first.length} receipts, ${lost} lost\n`);
  process.exitCode = lost > 0 ? 1 : 0;
} finally {
  await db.close();
  await redis?.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
