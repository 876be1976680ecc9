import { randomBytes } from "node:crypto";
import { API_VERSION, authorization, percentEncode, sha256Hex } from "@verdict/provider";
import { type Job, Worker } from "bullmq";
import { Redis } from "ioredis";
import { z } from "zod";
import { CALLBACK_QUEUE, type CallbackJob } from "../callback-job.ts";

/** What workers of another making have in common: where they work, and how the provider wants to be asked. */
export const settings = z
  .object({ REDIS_URL: z.url(), QUEUE_PREFIX: z.string(), DATABASE_URL: z.string(), PROVIDER_ENDPOINT: z.url() })
  .parse(process.env);

const { host } = new URL(settings.PROVIDER_ENDPOINT);
const key = { id: "bench", secret: "bench" };
const DIGEST_OF_NOTHING = sha256Hex("");

/** A signed CheckResult: the provider answers no other. */
export function checkResultCall(session: { merchantBizId: string; transactionId: string }) {
  const query = [
    ["MerchantBizId", session.merchantBizId],
    ["TransactionId", session.transactionId],
  ] as const;
  const headers: Record<string, string> = {
    host,
    accept: "application/json",
    "x-acs-action": "CheckResult",
    "x-acs-version": API_VERSION,
    "x-acs-date": new Date().toISOString().replace(/\.\d{3}Z$/, "Z"),
    "x-acs-signature-nonce": randomBytes(16).toString("hex"),
    "x-acs-content-sha256": DIGEST_OF_NOTHING,
  };
  headers.authorization = authorization({ method: "POST", path: "/", query, headers, body: "" }, key);
  const path = `/?${query.map(([name, value]) => `${name}=${percentEncode(value)}`).join("&")}`;
  return { path, headers };
}

const Answer = z.object({
  RequestId: z.string(),
  Code: z.literal("Success"),
  Result: z.object({ Passed: z.string(), SubCode: z.string() }),
});

/** What the provider has to say. Throws on anything else, for the job to be tried again. */
export function readCheckResult(answer: unknown): { Passed: string; SubCode: string; requestId: string } {
  const { RequestId: requestId, Result } = Answer.parse(answer);
  return { ...Result, requestId };
}

/** Runs one job per callback until the bench is gone. */
export async function workOn(concurrency: number, reconcile: (job: Job<CallbackJob>) => Promise<void>): Promise<void> {
  const connection = new Redis(settings.REDIS_URL, { maxRetriesPerRequest: null });
  const worker = new Worker<CallbackJob>(CALLBACK_QUEUE, reconcile, {
    connection,
    prefix: settings.QUEUE_PREFIX,
    concurrency,
  });
  worker.on("error", () => undefined);
  process.on("disconnect", () => process.exit());
  await worker.waitUntilReady();
  process.send?.({ type: "ready" });
}
