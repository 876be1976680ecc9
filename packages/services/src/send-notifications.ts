import { type Db, type DueNotification, endAttempt, takeNotifications } from "@verdict/db";
import { nextAttemptAt } from "@verdict/domain";
import { underWay } from "./under-way.ts";

/** How telling a channel ended. `error`: a line for people that holds no secret. */
export type Sending = { kind: "sent" } | { kind: "failed"; error: string; retryInMs?: number | undefined };

export type SendDeps = {
  db: Db;
  now: () => Date;
  random: () => number;
  /** Tells a channel once. May reject, which is a failure like others. */
  send: (due: DueNotification & { channel: NonNullable<DueNotification["channel"]> }) => Promise<Sending>;
  /** Hears of every attempt that failed. */
  onFailure: (due: DueNotification, error: string) => void;
};

/** Longer than an attempt may take. So long a notification waits whose worker died while sending it. */
const LEASE_MS = 30_000;

/** Attempts under way at a time. */
const AT_A_TIME = 50;

/**
 * Sends what is to be sent, each once, all at the same time: a channel that hangs holds up no other. At least once: a worker that
 * dies after sending and before saying so has it sent again. `round` begins whatever is due; `idle` resolves when all
 * that was begun has ended. `onEnd` hears of each that has: something else may be due then.
 */
export function notificationSender(deps: SendDeps & { onEnd?: () => void; onError?: (error: unknown) => void }) {
  const sending = underWay();
  return {
    async round(): Promise<number> {
      const room = AT_A_TIME - sending.size;
      if (room <= 0) return 0;
      const now = deps.now();
      const until = new Date(now.getTime() + LEASE_MS);
      const due = await takeNotifications(deps.db, { now, until, limit: room });
      for (const one of due) {
        const sent = attempt(deps, one).catch((error: unknown) => deps.onError?.(error));
        sending.begin(sent, () => deps.onEnd?.());
      }
      return due.length;
    },
    idle: sending.idle,
  };
}

async function attempt({ db, now, random, send, onFailure }: SendDeps, due: DueNotification): Promise<void> {
  const { id, channel, attempts, createdAt, group } = due;
  if (!channel) return endAttempt(db, id, { state: "dead", error: "The channel was deleted or switched off." }, now());
  const sending = await send({ ...due, channel }).catch(
    (error: unknown): Sending => ({ kind: "failed", error: error instanceof Error ? error.name : "unknown error" }),
  );
  const at = now();
  if (sending.kind === "sent") {
    return endAttempt(db, id, { state: "sent", count: group.count, confirmed: group.confirmed }, at);
  }
  const { error, retryInMs = 0 } = sending;
  onFailure(due, error);
  const next = nextAttemptAt(createdAt, attempts, at, random());
  if (!next) return endAttempt(db, id, { state: "dead", error }, at);
  const asked = new Date(Math.max(next.getTime(), at.getTime() + retryInMs));
  return endAttempt(db, id, { state: "pending", nextAttemptAt: asked, error }, at);
}
