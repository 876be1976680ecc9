import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startAlertmanager } from "./alertmanager.ts";
import { type AppProcess, startApp } from "./app-process.ts";
import { TOKEN_KEYS } from "./callbacks.ts";
import { startChannelReceivers } from "./channel-receivers.ts";
import { startDurablePostgres } from "./durable-postgres.ts";
import { latencyFigures } from "./latency-figures.ts";
import { startReceiver } from "./receiver-process.ts";
import { asksSimulator, startSimulator } from "./simulator-process.ts";
import { startWorker } from "./worker-process.ts";

/**
 * From the moment a user's liveness attack is completed at the provider to the notification at the receiver of every kind of
 * channel: through the real processes, by the rules and the grouping that ship. Each session has a route of its own, so that
 * each is a group of alerts and is told.
 */
const { values } = parseArgs({
  options: {
    sessions: { type: "string", default: "100" },
    "each-second": { type: "string", default: "4" },
    "limit-ms": { type: "string", default: "5000" },
  },
});
const [sessions, eachSecond, limitMs] = [values.sessions, values["each-second"], values["limit-ms"]].map(Number) as [
  number,
  number,
  number,
];

const SUBJECT = /latency-\d{4}/;
const API_KEY = "vk_for_the_latency_of_alerts";
const slugs = Array.from({ length: sessions }, (_, nth) => `latency-${String(nth).padStart(4, "0")}`);

const folder = await mkdtemp(join(tmpdir(), "verdict-alert-latency-"));
const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
try {
  const postgres = await startDurablePostgres(folder);
  stops.unshift(() => postgres.stop());
  const simulator = await startSimulator({ SIMULATOR_QPS: "off" });
  stops.unshift(() => simulator.stop());
  const api = await startEverything(postgres.url, simulator);

  const receivers = await startChannelReceivers(SUBJECT);
  const alertmanager = await startAlertmanager(folder, SUBJECT);
  if (alertmanager) receivers.push(alertmanager);
  else process.stderr.write("alertmanager: not measured, since this machine has none\n");
  for (const { kind, config, stop } of receivers) {
    stops.unshift(stop);
    await ask(api, "/v1/channels", { name: kind, config });
  }

  const transactions: string[] = [];
  for (const route of slugs) {
    const { transactionId } = await ask(api, "/v1/verifications", {
      ...{ route, product: "FACE_VERIFY", merchantUserId: route, metaInfo: "{}" },
      facePictureUrl: "https://images.example.com/face.jpg",
    });
    transactions.push(String(transactionId));
  }

  const begun = new Map<string, number>();
  const completing = transactions.map(async (transactionId, nth) => {
    await pause((nth / eachSecond) * 1_000);
    begun.set(slugs[nth] ?? "", Date.now());
    await send(`http://127.0.0.1:${simulator.port}/_sim/transactions/${transactionId}/complete`, {
      ...{ passed: "N", subCode: "205" },
    });
  });
  await Promise.all(completing);
  for (let waited = 0; waited < 30 && receivers.some(({ heard }) => heard.size < sessions); waited += 1) {
    await pause(1_000);
    await alertmanager?.read();
  }

  let late = false;
  for (const { kind, heard } of receivers) {
    const figures = latencyFigures(begun, heard);
    late ||= figures.missing > 0 || !(figures.p99 < limitMs);
    const { count, missing, p50, p99, longest } = figures;
    process.stdout.write(
      `${kind.padEnd(12)} told ${count}, missing ${missing}, p50 ${p50} ms, p99 ${p99} ms, longest ${longest} ms\n`,
    );
  }
  process.exitCode = late ? 1 : 0;
} finally {
  for (const stop of stops) await stop();
}

/** The receiver, the worker and the API, with all the routes. */
async function startEverything(databaseUrl: string, simulator: AppProcess): Promise<AppProcess> {
  const file = join(folder, "routes.json");
  const provider = asksSimulator(simulator);
  const routes = slugs.map((slug) => ({
    slug,
    endpoint: provider.PROVIDER_ENDPOINT,
    accessKeyId: provider.ALIBABA_CLOUD_ACCESS_KEY_ID,
    accessKeySecret: provider.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
    qps: "off",
  }));
  await writeFile(file, JSON.stringify(routes));
  const common = {
    ...{ DATABASE_URL: databaseUrl, QUEUE_URL: databaseUrl, ROUTES_FILE: file, LOG_LEVEL: "warn" },
    ...{ DELIVERY_ALLOWED_TARGETS: "127.0.0.1/32", SWEEP_INTERVAL_MS: "1000" },
    DATA_ENCRYPTION_KEYS: `d1:${randomBytes(32).toString("base64")}`,
    CALLBACK_TOKEN_KEYS: TOKEN_KEYS,
  };
  const receiver = await startReceiver(common);
  stops.unshift(() => receiver.stop());
  const worker = await startWorker(common);
  stops.unshift(() => worker.stop());
  const api = await startApp("api", {
    ...common,
    ...{ API_PORT: "0", API_BOOTSTRAP_KEY: API_KEY, MERCHANT_USER_PEPPER: randomBytes(16).toString("hex") },
    PUBLIC_CALLBACK_BASE_URL: `http://127.0.0.1:${receiver.port}`,
  });
  stops.unshift(() => api.stop());
  return api;
}

function ask({ port }: AppProcess, path: string, body: unknown) {
  return send(`http://127.0.0.1:${port}${path}`, body, { Authorization: `Bearer ${API_KEY}` });
}

async function send(url: string, body: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url} was answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}
