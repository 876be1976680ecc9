import { randomUUIDv7 } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { createVerification, type Db, findVerification, settle } from "@verdict/db";
import type { AppProcess } from "./app-process.ts";
import { asksSimulator, behave, callsSince, type LogEntry, providerOf } from "./simulator-process.ts";
import { startWorker } from "./worker-process.ts";

export type QuotaRun = {
  /** Calls a second. */
  rate: number;
  workers: number;
  /** Sessions that are due from the start. */
  backlog: number;
  /** How long calls are watched. */
  seconds: number;
  /** Watched for longer until there were so many; a busy machine is slow to begin. */
  atLeast?: number;
};

export type QuotaReport = {
  calls: number;
  throttled: number;
  /** Calls in the fullest second there was, wherever it began. */
  fullestSecond: number;
  /** Of what the rate allows from the first call on, 0 to 1. */
  used: number;
};

/**
 * Lets several workers ask a provider about a backlog under a shared quota, and tells from the provider's own log what came
 * of it. The provider counts as well, and refuses what goes beyond.
 */
export async function runQuota(
  { db, url, simulator }: { db: Db; url: string; simulator: AppProcess },
  { rate, workers, backlog, seconds, atLeast = 0 }: QuotaRun,
): Promise<QuotaReport> {
  const route = "default";
  await behave(simulator, { qps: "off" });
  await givenBacklog(db, simulator, route, backlog);
  await behave(simulator, { qps: `FACE_VERIFY=${rate}`, qpsWindow: "sliding-second" });
  const [last] = (await callsSince(simulator, 0)).slice(-1);

  const env = { DATABASE_URL: url, PROVIDER_QPS: `FACE_VERIFY=${rate}`, ...asksSimulator(simulator) };
  const running = await Promise.all(Array.from({ length: workers }, () => startWorker(env)));
  let watchedUntil = new Date();
  try {
    do await pause(seconds * 1_000);
    while ((await callsSince(simulator, last?.seq ?? 0)).length < atLeast);
    watchedUntil = new Date();
  } finally {
    await Promise.all(running.map((worker) => worker.stop()));
  }
  return judge(await callsSince(simulator, last?.seq ?? 0), rate, watchedUntil);
}

/**
 * What a provider's log says about the calls in it. How much of the rate was used is judged by those until `watchedUntil`:
 * workers that are told to stop do so one after the other.
 */
export function judge(log: readonly LogEntry[], rate: number, watchedUntil: Date): QuotaReport {
  const calls = log.filter(({ operation }) => operation === "CheckResult");
  const times = calls.map(({ at }) => at.getTime());
  const watched = times.filter((at) => at <= watchedUntil.getTime());
  const fullestSecond = Math.max(
    0,
    ...times.map((from, index) => times.slice(index).filter((at) => at < from + 1_000).length),
  );
  // A second's worth of calls later, a second has passed at least: how much longer it took is what was not used.
  const turns = watched.slice(rate).map((at, index) => at - (watched[index] ?? at));
  const turnMs = turns.reduce((sum, ms) => sum + ms, 0) / turns.length;
  return {
    calls: calls.length,
    throttled: calls.filter(({ code }) => code.startsWith("Throttling")).length,
    fullestSecond,
    used: turns.length > 0 ? 1_000 / turnMs : 0,
  };
}

/** Sessions the provider knows, whose users take their time, and about which it is to be asked now. */
async function givenBacklog(db: Db, simulator: AppProcess, route: string, count: number): Promise<void> {
  const provider = providerOf(simulator);
  const now = new Date();
  const expiresAt = new Date(now.getTime() + 1_800_000);
  try {
    for (let done = 0; done < count; done += 50) {
      await Promise.all(
        Array.from({ length: Math.min(50, count - done) }, async () => {
          const id = randomUUIDv7();
          const merchantBizId = id.replaceAll("-", "");
          const answer = await provider.initialize({
            productCode: "FACE_VERIFY",
            merchantBizId,
            merchantUserId: id,
            metaInfo: "{}",
            facePictureUrl: "https://example.com/face.jpg",
          });
          if (answer.kind !== "ok") throw new Error(`Initialize was answered ${answer.code}: ${answer.message}`);
          await awaiting(db, { id, route, merchantBizId, transactionId: answer.result.transactionId, now, expiresAt });
        }),
      );
    }
  } finally {
    await provider.close();
  }
}

type Session = { id: string; route: string; merchantBizId: string; transactionId: string; now: Date; expiresAt: Date };

async function awaiting(db: Db, { id, route, merchantBizId, transactionId, now, expiresAt }: Session): Promise<void> {
  const hash = "0".repeat(32);
  const intent = { id, route, product: "FACE_VERIFY", merchantBizId, sceneCode: null } as const;
  const about = { merchantUserHash: hash, requestHash: hash, createdAt: now, expiresAt };
  await createVerification(db, { ...intent, ...about, nextCheckAt: now, askingUntil: now });
  const held = await findVerification(db, id);
  if (!held) throw new Error("The session is gone.");
  const state = { ...held, status: "awaiting", transactionId, transactionSource: "initialize" } as const;
  const change = { id, from: held.version, version: held.version + 1, state, endsAsking: true };
  await settle(db, { changes: [change], transitions: [], discrepancies: [], checks: [], receipts: [] }, now);
}
