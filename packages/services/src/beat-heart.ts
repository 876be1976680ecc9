import { type Db, doneDuty, findDutyDone, findOldestUntold, holdDuty } from "@verdict/db";
import { CONDITIONS_DUTY } from "./watch-conditions.ts";

export type HeartDeps = {
  db: Db;
  now: () => Date;
  holder: string;
  /** Pause between two beats. */
  everyMs: number;
  /** Sends one. Rejects when it did not arrive. */
  beat: () => Promise<void>;
};

const HEART_DUTY = "heartbeat";

/** What is due for longer is not being told, whatever the reason. */
const UNTOLD_MS = 60_000;

/** Conditions were looked at longer ago: nobody watches. */
const UNWATCHED_MS = 60_000;

export type Heart =
  | { kind: "beaten" }
  /** Another process does, or the last beat was not long ago. */
  | { kind: "not_now" }
  /** No beat on purpose, so that whoever waits for it raises the alarm. */
  | { kind: "withheld"; why: "alerts_untold" | "conditions_unwatched" };

/**
 * Tells a watcher outside that alerts are being raised and told, by one process for all. Withheld as soon as alerts wait to
 * be told or nobody watches: silence is the alarm. A channel that is down withholds nothing, since others are told.
 */
export async function beatHeart({ db, now: clock, holder, everyMs, beat }: HeartDeps): Promise<Heart> {
  const now = clock();
  const held = await holdDuty(db, { name: HEART_DUTY, holder, now, until: new Date(now.getTime() + everyMs * 2) });
  const last = await findDutyDone(db, HEART_DUTY);
  if (!held || (last && now.getTime() - last.getTime() < everyMs)) return { kind: "not_now" };
  const [untold, watched] = await Promise.all([findOldestUntold(db), findDutyDone(db, CONDITIONS_DUTY)]);
  if (untold && now.getTime() - untold.getTime() > UNTOLD_MS) return { kind: "withheld", why: "alerts_untold" };
  if (!watched || now.getTime() - watched.getTime() > UNWATCHED_MS)
    return { kind: "withheld", why: "conditions_unwatched" };
  await beat();
  await doneDuty(db, HEART_DUTY, now);
  return { kind: "beaten" };
}
