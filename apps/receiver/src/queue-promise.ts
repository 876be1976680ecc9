import type { Durability, Queue } from "@verdict/queue";
import { type Logger, SettingsError } from "@verdict/runtime";

export type QueuePromiseOptions = {
  queue: Pick<Queue, "durability">;
  /** Whether a store that may forget is acceptable. */
  mayForget: boolean;
  log: Pick<Logger, "info" | "warn">;
  clock: () => number;
};

/** A Redis may be replaced by one with other settings; a promise is believed for so long. */
const BELIEVED_MS = 60_000;

/** The store behind the queue would acknowledge what it may forget, and nobody said that this is acceptable. */
export class ForgetfulQueueError extends Error {
  override readonly name = "ForgetfulQueueError";
}

/**
 * Watches what a 200 is worth that was given because the queue has taken a callback. `look` says it in the log and returns it;
 * `check` rejects while the queue may not be relied on, asking its store again from time to time.
 */
export function queuePromise({ queue, mayForget, log, clock }: QueuePromiseOptions) {
  let known: { durability: Durability; until: number } | undefined;
  let said: string | undefined;

  const look = async (): Promise<Durability> => {
    const durability = await queue.durability();
    known = { durability, until: clock() + BELIEVED_MS };
    const why = durability.kind === "kept" ? "" : durability.why;
    if (said !== why) say(durability);
    said = why;
    return durability;
  };

  const say = (durability: Durability): void => {
    if (durability.kind === "kept") log.info("the queue's store keeps what it takes: a 200 from it is durable");
    else if (durability.kind === "unknown") {
      log.warn(
        { why: durability.why },
        "what the queue's store promises cannot be told: a 200 from it may be lost in a crash",
      );
    } else log.warn({ why: durability.why }, "the queue's store may forget: a 200 from it may be lost");
  };

  return {
    look,
    async check(): Promise<void> {
      const durability = known && clock() < known.until ? known.durability : await look();
      if (durability.kind !== "kept" && !mayForget) throw new ForgetfulQueueError(durability.why);
    },
  };
}

/**
 * Looks at the start. A store that may forget is a SettingsError unless that was said to be acceptable; a store that is away
 * is looked at when it is first needed.
 */
export async function lookAtStart(
  promise: Pick<ReturnType<typeof queuePromise>, "look">,
  { mayForget, log }: Pick<QueuePromiseOptions, "mayForget" | "log">,
): Promise<void> {
  const durability = await promise.look().catch(() => null);
  if (!durability) return log.warn("the queue's store is away; what it promises is looked at before it is relied on");
  if (durability.kind === "kept" || mayForget) return;
  throw new SettingsError(
    `RECEIPT_SINKS: the queue would acknowledge callbacks that its store may forget: ${durability.why}; ` +
      "change that, take queue out of RECEIPT_SINKS, or set ALLOW_FORGETFUL_QUEUE=true",
  );
}
