import { type Db, type DueDelivery, endDeliveryAttempt, noteAnswer, putOffDelivery, takeDeliveries } from "@verdict/db";
import { type AttemptOutcome, deliveryAfter, FAILING_MS } from "@verdict/domain";
import type { DetailCipher } from "./detail-cipher.ts";
import { liveSecrets } from "./endpoint-secrets.ts";
import { underWay } from "./under-way.ts";
import { webhookPayload } from "./webhook-payload.ts";

/** How an attempt ended. `error`: a line for people that holds no secret. */
export type Attempted = {
  outcome: AttemptOutcome;
  status: number | null;
  error: string | null;
  body: string;
  durationMs: number;
  retryAfterMs: number | null;
};

export type DeliverDeps = {
  db: Db;
  now: () => Date;
  random: () => number;
  cipher: DetailCipher;
  /** Sends once, signed with all these secrets. Never rejects for what an endpoint does. */
  deliver: (webhook: { url: string; secrets: readonly string[]; id: string; payload: string }) => Promise<Attempted>;
  /** The pause after an attempt that failed, counted from 1, in milliseconds; null: it was the last one. */
  pauseAfter: (attempt: number, random: number, retryAfterMs: number | null) => number | null;
  /** Hears of every attempt that failed. */
  onFailure: (due: DueDelivery, error: string) => void;
  /** Hears of an endpoint that is sent nothing any more. */
  onDisabled: (endpointId: string, why: "gone" | "failing") => void;
  /** Hears of what is no endpoint's fault; the delivery is sent later. */
  onError: (due: DueDelivery, error: unknown) => void;
  /** Hears of each attempt that is over: something else may be sent now. */
  onEnd?: () => void;
};

export type SendLimits = {
  /** Attempts under way at a time, of this process. */
  atATime?: number;
  /** The same to one endpoint. */
  perEndpoint?: number;
};

/** Longer than an attempt may take. So long a delivery waits whose worker died while sending it. */
export const DELIVERY_LEASE_MS = 60_000;

/** What could not be attempted for reasons of ours is tried again after so long. */
const PUT_OFF_MS = 60_000;

/**
 * Sends what is due to endpoints, each delivery once and many at the same time: an endpoint that hangs takes up its own places and no others.
 * At least once: a worker that dies after sending and before saying so has it sent again. `round` begins whatever is due
 * and there is room for; `idle` resolves when all that was begun has ended.
 */
export function deliverySender(deps: DeliverDeps, { atATime = 512, perEndpoint = 8 }: SendLimits = {}) {
  const sending = underWay();
  const busy = new Map<string, number>();
  const count = (endpointId: string, by: number) => {
    const now = (busy.get(endpointId) ?? 0) + by;
    if (now === 0) busy.delete(endpointId);
    else busy.set(endpointId, now);
  };
  return {
    async round(): Promise<number> {
      const limit = atATime - sending.size;
      if (limit <= 0) return 0;
      const now = deps.now();
      const until = new Date(now.getTime() + DELIVERY_LEASE_MS);
      const due = await takeDeliveries(deps.db, { now, until, limit, perEndpoint, busy });
      for (const one of due) {
        count(one.endpoint.id, 1);
        const sent = attempt(deps, one).catch((error: unknown) => deps.onError(one, error));
        sending.begin(sent, () => {
          count(one.endpoint.id, -1);
          deps.onEnd?.();
        });
      }
      return due.length;
    },
    idle: sending.idle,
  };
}

async function attempt(deps: DeliverDeps, due: DueDelivery): Promise<void> {
  const { db, now, random, cipher, deliver, pauseAfter, onFailure, onDisabled, onError } = deps;
  const { endpoint, event, attempts } = due;
  const at = now();
  let secrets: string[];
  try {
    secrets = liveSecrets(cipher, endpoint, at);
  } catch (error) {
    onError(due, error);
    return putOffDelivery(db, due, new Date(at.getTime() + PUT_OFF_MS));
  }
  const webhook = { url: endpoint.url, secrets, id: event.id, payload: webhookPayload(event) };
  const { retryAfterMs, ...attempted } = await deliver(webhook);
  const endedAt = now();
  const step = deliveryAfter(attempted.outcome, pauseAfter(attempts, random(), retryAfterMs), endedAt);
  await endDeliveryAttempt(db, due, { ...attempted, at }, step);
  const { outcome, error } = attempted;
  const disabledBefore = new Date(endedAt.getTime() - FAILING_MS);
  const why = await noteAnswer(db, endpoint, { outcome, at: endedAt, disabledBefore });
  if (error !== null) onFailure(due, error);
  if (why !== null) onDisabled(endpoint.id, why);
}
