import { serve } from "@hono/node-server";
import { readCallbackToken } from "@verdict/domain";
import { Queue } from "bullmq";
import { Hono } from "hono";
import { Redis } from "ioredis";
import { z } from "zod";
import { CALLBACK_QUEUE, jobOptionsFor } from "./callback-job.ts";

/** What one would write first: check the query, check the token, put one job for the callback on the queue, answer. */
const Env = z.object({
  REDIS_URL: z.url(),
  QUEUE_PREFIX: z.string(),
  TOKEN_KID: z.string(),
  TOKEN_SECRET: z.string(),
});
const Callback = z.object({
  callbackToken: z.string().max(64),
  transactionId: z.string().max(64),
  passed: z.enum(["Y", "N"]),
  subCode: z.string().max(16),
});

const env = Env.parse(process.env);
const keys = [{ kid: env.TOKEN_KID, secret: env.TOKEN_SECRET }];
const queue = new Queue(CALLBACK_QUEUE, {
  connection: new Redis(env.REDIS_URL, { maxRetriesPerRequest: null }),
  prefix: env.QUEUE_PREFIX,
});

const app = new Hono().get("/callbacks/:route", async (c) => {
  const callback = Callback.safeParse(c.req.query());
  if (!callback.success) return c.text("malformed", 400);
  const { callbackToken, transactionId } = callback.data;
  if (readCallbackToken(c.req.param("route"), callbackToken, keys).kind !== "genuine") return c.text("refused", 401);
  await queue.add("callback", { ...callback.data, receivedAt: Date.now() }, jobOptionsFor(transactionId));
  return c.text("OK");
});

process.on("disconnect", () => process.exit());
await queue.waitUntilReady();
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => process.send?.({ type: "ready", port }));
