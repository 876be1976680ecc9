import { setTimeout as sleep } from "node:timers/promises";
import type { Verification } from "@verdict/db";
import type { Answers, Meanwhile } from "./decide-receipts.ts";

/** Asks the provider about verifications that were just claimed, before that is written. Never rejects. */
export type AskAtOnce = (claimed: readonly Verification[]) => Promise<AskedAtOnce>;

/** What came of it in time. The answers are the caller's to write, with the claims. */
export type AskedAtOnce = Meanwhile & {
  /** To be called when that is over, written or not: answers that come later are settled then, on these rows. */
  over: (rows: ReadonlyMap<string, Verification>) => void;
};

export const NOT_ASKED: AskedAtOnce = { answers: new Map(), asked: new Map(), over: () => {} };

/** So long a claim waits for its answer, to be written with it. Where providers are slower, it is written by itself. */
export const PATIENCE_MS = 250;

export type Question = {
  verification: Verification;
  /** Nobody else may ask before. */
  until: Date;
  ask: () => Promise<Answers>;
  /** For an answer that comes too late to be the caller's. */
  settle: (loaded: Verification, answers: Answers) => Promise<void>;
  /** Hears that no answer was to be had; the verification stays due. */
  failed: (error: unknown) => void;
};

/** Asks all questions together. `underWay` gets each of them, with the settling of its answer if that comes late. */
export async function askTogether(
  questions: readonly Question[],
  underWay: (question: Promise<void>) => void,
): Promise<AskedAtOnce> {
  if (questions.length === 0) return NOT_ASKED;
  const answers = new Map<string, Answers>();
  const asked = new Map(questions.map(({ verification, until }) => [verification.id, until]));
  const written = Promise.withResolvers<ReadonlyMap<string, Verification>>();
  let late = false;

  async function carryOut({ verification, ask, settle }: Question): Promise<void> {
    const answer = await ask();
    if (late) return settle((await written.promise).get(verification.id) ?? verification, answer);
    answers.set(verification.id, answer);
    asked.delete(verification.id);
  }

  const ending = questions.map((question) => {
    const ended = carryOut(question).catch((error: unknown) => {
      if (!late) asked.delete(question.verification.id);
      question.failed(error);
    });
    underWay(ended);
    return ended;
  });
  await inTime(Promise.all(ending), PATIENCE_MS);
  late = true;
  return { answers, asked, over: written.resolve };
}

async function inTime(work: Promise<unknown>, ms: number): Promise<void> {
  const done = new AbortController();
  const patience = sleep(ms, undefined, { signal: done.signal }).catch(() => {});
  await Promise.race([work, patience]);
  done.abort();
}
