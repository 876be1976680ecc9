import { setTimeout as sleep } from "node:timers/promises";
import { type Db, fanOutEvents, findNextDelivery, watchDeliveries, watchEvents } from "@verdict/db";
import { type DeliveryClient, deliverWebhook, nextAttempt } from "@verdict/delivery";
import type { Logger } from "@verdict/runtime";
import { type DetailCipher, deliverySender, type SendLimits } from "@verdict/services";
import { bell } from "./bell.ts";
import type { SessionTraces } from "./session-traces.ts";

export type DeliveringOptions = {
  db: Db;
  now: () => Date;
  random: () => number;
  cipher: DetailCipher;
  client: DeliveryClient;
  /** How often Postgres is searched for what is due without anybody saying so. */
  intervalMs: number;
  stopping: AbortSignal;
  log: Pick<Logger, "info" | "warn" | "error">;
  limits?: SendLimits;
  /** Goes on with the traces of what the events are about. Absent: nothing is traced. */
  traces?: Pick<SessionTraces, "delivered"> | undefined;
  /** Hears how each attempt ended, and how long it took. */
  onAttempt?: (outcome: string, ms: number) => void;
};

/** So many events become deliveries in one transaction. */
const PAGE = 1_000;

/** Between two looks at least, however often it rings: what ends at the same time is looked at together. */
const MIN_PAUSE_MS = 5;

/** So soon events are looked for that show when transactions before them are over. */
const PENDING_MS = 50;

/**
 * Follows the feed, makes deliveries of its events, and sends what is due. Rung by Postgres as soon as events are committed or a person has
 * something sent again, by the clock when an attempt is due, and by a sweep should both have been missed. Resolves after `stopping`,
 * when all that was begun has ended. Any number of workers may.
 */
export async function startDelivering(options: DeliveringOptions): Promise<void> {
  const { db, now, intervalMs, stopping, log, client, traces, onAttempt } = options;
  const rung = bell();
  const ring = () => rung.ring();
  const sender = deliverySender(
    {
      ...options,
      async deliver(webhook) {
        const attempt = await deliverWebhook(webhook, { client, now });
        onAttempt?.(attempt.outcome, attempt.durationMs);
        traces?.delivered(webhook.id, attempt);
        return attempt;
      },
      pauseAfter: nextAttempt,
      onFailure: ({ id, endpoint, attempts }, error) =>
        log.warn({ deliveryId: id, endpointId: endpoint.id, attempts, reason: error }, "an event was not delivered"),
      onDisabled: (endpointId, why) => log.warn({ endpointId, why }, "an endpoint was disabled; its events wait"),
      onError: ({ id }, error) => log.error({ deliveryId: id, err: error }, "a delivery broke; it is sent again"),
      onEnd: ring,
    },
    options.limits,
  );
  const listening = await listen(options, ring);
  let failing = false;
  while (!stopping.aborted) {
    let waitMs = intervalMs;
    try {
      const pending = await fanOut(options);
      await sender.round();
      const next = await findNextDelivery(db, now());
      if (next) waitMs = Math.min(waitMs, Math.max(MIN_PAUSE_MS, next.getTime() - now().getTime()));
      if (pending) waitMs = Math.min(waitMs, PENDING_MS);
      failing = false;
    } catch (error) {
      if (!failing) log.error({ err: error }, "events could not be delivered; tried again");
      failing = true;
    }
    await rung.rung(waitMs, stopping);
    await sleep(MIN_PAUSE_MS, undefined, { signal: stopping }).catch(() => {});
  }
  for (const one of listening) await one.stop().catch(() => {});
  await sender.idle();
}

/** Makes deliveries of all there is in the feed. True: there will be more in a moment. */
async function fanOut({ db, now, stopping }: DeliveringOptions): Promise<boolean> {
  while (!stopping.aborted) {
    const made = await fanOutEvents(db, { now: now(), limit: PAGE });
    if (made.kind === "busy") return true;
    if (made.events < PAGE) return made.pending;
  }
  return false;
}

/** Without it events are delivered a little later: the sweep finds them. */
const listen = ({ db, log }: DeliveringOptions, ring: () => void) =>
  Promise.all([watchEvents(db, ring, ring), watchDeliveries(db, ring)]).catch((error: unknown) => {
    log.warn({ err: error }, "events are found by searching only, since Postgres announces none");
    return [];
  });
