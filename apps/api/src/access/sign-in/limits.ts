import { createHash } from "node:crypto";
import { type AttemptRule, clearAttempts, countAttempt, type Db } from "@verdict/db";

type LimitDeps = { db: Db; now: () => Date };

/** From one address: what a person with a bad memory needs, and little more. */
const GUESSES: AttemptRule = { max: 10, window: 60 };

/** At one account, wherever the guesses come from. */
const ACCOUNT: AttemptRule = { max: 10, window: 900 };

/**
 * How often one address may call, counted in Postgres: it holds for all processes together. Reading a session counts for
 * nothing: it is asked for all the time, and tells a stranger nothing.
 */
export const limitRequests = ({ db, now }: LimitDeps) => ({
  enabled: true,
  window: 60,
  max: 100,
  customRules: {
    "/sign-in/email": GUESSES,
    "/two-factor/*": GUESSES,
    "/change-password": GUESSES,
    // Nothing is guessed here, and a whole office may come from one address.
    "/sign-in/social": { max: 100, window: 60 },
    "/get-session": false as const,
  },
  customStorage: {
    consume: (key: string, rule: AttemptRule) => countAttempt(db, `address:${key}`, rule, now()),
  },
});

/** Counts a try at an account, known or not. Returns in how many seconds another is allowed; null: go ahead. */
export const tryAccount = async ({ db, now }: LimitDeps, email: string): Promise<number | null> =>
  (await countAttempt(db, accountKey(email), ACCOUNT, now())).retryAfter;

/** Somebody proved that the account is his. */
export const forgiveAccount = ({ db }: LimitDeps, email: string): Promise<void> => clearAttempts(db, accountKey(email));

/** A hash, because people type all sorts of things into that field, passwords included. */
const accountKey = (email: string) => `account:${createHash("sha256").update(email.toLowerCase()).digest("hex")}`;
