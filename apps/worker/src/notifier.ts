import { setTimeout as sleep } from "node:timers/promises";
import { type Db, findNextTelling, watchAlerts } from "@verdict/db";
import { type DeliveryClient, joinSecrets, send } from "@verdict/delivery";
import type { NotificationPolicy, Severity } from "@verdict/domain";
import type { Logger } from "@verdict/runtime";
import {
  type DetailCipher,
  notificationSender,
  openChannelSecrets,
  planDueNotifications,
  type SendDeps,
} from "@verdict/services";
import { bell } from "./bell.ts";
import { makeNotice, type NoticeOptions } from "./make-notice.ts";
import type { SessionTraces } from "./session-traces.ts";

export type NotifierOptions = NoticeOptions & {
  db: Db;
  now: () => Date;
  newId: () => string;
  random: () => number;
  client: DeliveryClient;
  cipher: DetailCipher;
  policy: NotificationPolicy;
  /** How often Postgres is searched for what has to be told without anybody saying so. */
  intervalMs: number;
  stopping: AbortSignal;
  log: Pick<Logger, "warn" | "error">;
  /** Goes on with the traces of what the alerts are about. Absent: nothing is traced. */
  traces?: Pick<SessionTraces, "told"> | undefined;
  /** Hears of every attempt; `latencyMs`: since the alert was opened, of what tells it for the first time. */
  onTold?: (channel: string, severity: Severity, sent: boolean, latencyMs: number | null) => void;
};

/**
 * Tells people of alerts: plans what is due and sends it. Rung by Postgres as soon as an alert is committed, by the clock when
 * something was put off, and by a sweep should both have been missed. Resolves after `stopping`, when all that was begun
 * has ended. Any number of workers may.
 */
export async function startNotifying(options: NotifierOptions): Promise<void> {
  const { db, now, log, intervalMs, stopping, policy } = options;
  const rung = bell();
  const sender = notificationSender({
    ...options,
    send: sendWith(options),
    onFailure: ({ id, groupId, attempts }, error) =>
      log.warn({ notificationId: id, groupId, attempts, reason: error }, "a notification was not sent; tried again"),
    onEnd: () => rung.ring(),
    onError: (error) => log.error({ err: error }, "how a notification ended is not on record; it is sent again"),
  });
  const watching = await listen(options, () => rung.ring());
  let failing = false;
  while (!stopping.aborted) {
    let waitMs = intervalMs;
    try {
      await planDueNotifications({ ...options, policy });
      await sender.round();
      const next = await findNextTelling(db);
      if (next) waitMs = Math.min(intervalMs, Math.max(MIN_PAUSE_MS, next.getTime() - now().getTime()));
      failing = false;
    } catch (error) {
      if (!failing) log.error({ err: error }, "alerts could not be told; tried again");
      failing = true;
    }
    await rung.rung(waitMs, stopping);
    // Alerts that come one after the other are looked at together.
    await sleep(MIN_PAUSE_MS, undefined, { signal: stopping }).catch(() => {});
  }
  await watching?.stop().catch(() => {});
  await sender.idle();
}

const MIN_PAUSE_MS = 25;

/** Without it alerts are told a little later: the sweep finds them. */
const listen = ({ db, log }: NotifierOptions, onChange: () => void) =>
  watchAlerts(db, onChange).catch((error: unknown) => {
    log.warn({ err: error }, "alerts are found by searching only, since Postgres announces none");
    return null;
  });

const sendWith =
  (options: NotifierOptions): SendDeps["send"] =>
  async (due) => {
    const { id, kind, config, secrets } = due.channel;
    const channel = joinSecrets({ ...config, kind }, openChannelSecrets(options.cipher, id, secrets));
    const begunAt = options.now();
    const outcome = await send(channel, makeNotice(due, options), options);
    const sent = outcome.outcome === "sent";
    options.traces?.told(due.groupId, { channel: kind, rule: due.group.rule, sent, begunAt });
    const latencyMs = due.kind === "firing" ? options.now().getTime() - due.group.openedAt.getTime() : null;
    options.onTold?.(kind, due.group.severity, sent, latencyMs);
    if (outcome.outcome === "sent") return { kind: "sent" };
    return { kind: "failed", error: `${outcome.reason}: ${outcome.detail}`, retryInMs: outcome.retryInMs };
  };
