import { z } from "zod";
import type { OutgoingRequest } from "../exchange.ts";
import type { Notice } from "../notice.ts";
import { signWebhook, webhookSecret } from "../webhooks/sign-webhook.ts";
import { type Outcome, SENT } from "./outcome.ts";
import { secretField } from "./secret-field.ts";

/** A receiver of one's own, told by Standard Webhooks. Two secrets while they are being changed. */
export const webhookChannel = z.strictObject({
  kind: z.literal("webhook"),
  url: z.string(),
  secrets: secretField(z.array(webhookSecret).min(1).max(3)),
});

/** The notice as `alert.<kind>`, signed as every other webhook of ours. */
export function webhookMessage(notice: Notice, config: z.output<typeof webhookChannel>, now: Date): OutgoingRequest {
  const { kind, noticeId, ...data } = notice;
  const payload = JSON.stringify({ type: `alert.${kind}`, timestamp: notice.lastAt, data });
  return {
    url: config.url,
    headers: {
      "content-type": "application/json",
      "user-agent": "Verdict",
      ...signWebhook({ id: noticeId, timestamp: now, payload, secrets: config.secrets }),
    },
    body: payload,
  };
}

/** Any 2xx will do. */
export const readWebhookAnswer = (): Outcome => SENT;
