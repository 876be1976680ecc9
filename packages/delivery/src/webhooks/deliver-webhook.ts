import type { DeliveryClient, Posted } from "../delivery-client.ts";
import { explainRefusal } from "../guard/explain-refusal.ts";
import { judgeAnswer } from "./judge-answer.ts";
import { signWebhook } from "./sign-webhook.ts";

/** What is sent to one endpoint; `id` and `payload` are the same for every attempt. */
export type WebhookDelivery = { url: string; secrets: readonly string[]; id: string; payload: string };

/** How an attempt ended, in full for the attempt log. */
export type WebhookAttempt = {
  outcome: "delivered" | "gone" | "failed";
  status: number | null;
  /** What went wrong, in a line that quotes nothing of the answer; null if delivered. */
  error: string | null;
  /** The beginning of the answer, at most 16 kB unless the client says otherwise. */
  body: string;
  durationMs: number;
  /** The pause the endpoint asked for. */
  retryAfterMs: number | null;
};

type Deps = { client: Pick<DeliveryClient, "post">; now: () => Date };

/** Makes one attempt to deliver a message, signed for this moment. Never rejects for what an endpoint does. */
export async function deliverWebhook(delivery: WebhookDelivery, { client, now }: Deps): Promise<WebhookAttempt> {
  const started = now();
  const posted = await client.post({
    url: delivery.url,
    headers: {
      "content-type": "application/json",
      "user-agent": "Verdict",
      ...signWebhook({ ...delivery, timestamp: started }),
    },
    body: delivery.payload,
  });
  const ended = now();
  const durationMs = ended.getTime() - started.getTime();
  const none = { status: null, body: "", durationMs, retryAfterMs: null };
  if (posted.kind !== "answered") return { outcome: "failed", ...none, error: explainFailure(posted) };
  const { status, headers, body } = posted;
  const meaning = judgeAnswer(status, headers, ended);
  switch (meaning.kind) {
    case "delivered":
      return { outcome: "delivered", ...none, status, body, error: null };
    case "gone":
      return { outcome: "gone", ...none, status, body, error: "The endpoint is gone: it answered 410" };
    case "retry":
      return {
        outcome: "failed",
        ...none,
        status,
        body,
        error: explainStatus(status),
        retryAfterMs: meaning.retryAfterMs,
      };
  }
}

/** A status that is no success, in a line. */
export const explainStatus = (status: number): string =>
  status >= 300 && status < 400
    ? `It answered ${status}, a redirect, which is never followed`
    : `It answered ${status}`;

/** Why there was no answer, in a line. */
export function explainFailure(posted: Exclude<Posted, { kind: "answered" }>): string {
  switch (posted.kind) {
    case "timed_out":
      return "No answer came in time";
    case "broken":
      return `The connection failed: ${posted.code}`;
    case "unresolved":
      return "The host's name leads nowhere";
    case "refused":
      return `Nothing was sent. ${explainRefusal(posted.reason)}`;
  }
}
