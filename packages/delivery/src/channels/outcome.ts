import type { Posted } from "../delivery-client.ts";
import { explainFailure, explainStatus } from "../webhooks/deliver-webhook.ts";
import { readRetryAfter } from "../webhooks/judge-answer.ts";

/** Why a notice did not get through. */
export type SendFailure =
  /** The configured target must not be sent to, or leads nowhere. */
  | "bad_target"
  /** Nobody answered, or not in time. */
  | "unreachable"
  /** The other side has had too much from us lately. */
  | "rate_limited"
  /** The other side will not take it: credentials, signature, form. Sending it again changes nothing. */
  | "rejected"
  /** The other side has a fault of its own. */
  | "unavailable"
  /** An answer that is not that channel's: something else answers at this address. */
  | "not_understood"
  /** A fault of ours. */
  | "unexpected";

/** How sending a notice ended. `detail` is a line for people that holds no secret and quotes nothing of an answer. */
export type Outcome =
  | { outcome: "sent" }
  | { outcome: "failed"; reason: SendFailure; detail: string; retryInMs?: number };

export const SENT: Outcome = { outcome: "sent" };

export const failed = (reason: SendFailure, detail: string, retryInMs?: number | null): Outcome => ({
  outcome: "failed",
  reason,
  detail,
  ...(retryInMs === undefined || retryInMs === null ? {} : { retryInMs }),
});

/** Makes an outcome of what all channels over HTTP share; `read` says what a 2xx answer's body means. */
export function outcomeOf(posted: Posted, now: Date, pauseMs: number, read: (body: string) => Outcome): Outcome {
  if (posted.kind === "answered") return outcomeOfStatus(posted, now, pauseMs, read);
  const badTarget = posted.kind === "refused" || posted.kind === "unresolved";
  return failed(badTarget ? "bad_target" : "unreachable", explainFailure(posted));
}

function outcomeOfStatus(
  { status, headers, body }: Extract<Posted, { kind: "answered" }>,
  now: Date,
  pauseMs: number,
  read: (body: string) => Outcome,
): Outcome {
  if (status >= 200 && status < 300) return read(body);
  // Robots put their own code in the body, and some of them 400 above it.
  const told = status === 400 ? read(body) : null;
  if (told?.outcome === "failed" && told.reason !== "not_understood") return told;
  const retryAfter = readRetryAfter(headers, now);
  if (status === 429) return failed("rate_limited", explainStatus(status), retryAfter ?? pauseMs);
  return failed(status >= 500 ? "unavailable" : "rejected", explainStatus(status), retryAfter);
}

/** A JSON object; null for anything else. */
export function readObject(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
