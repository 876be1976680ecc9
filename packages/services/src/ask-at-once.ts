import { setTimeout as sleep } from "node:timers/promises";
import type { Verification } from "@verdict/db";
import type { Answers, Meanwhile } from "./decide-receipts.ts";
import type { Places } from "./places.ts";

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
  /** Gives back what was taken for it, when its turn has not come. Never rejects. */
  notAsked: () => Promise<void>;
};

export type AskTogetherDeps = {
  places: Places;
  /** Whether the provider may be asked at this moment. What one answers may stop those that come after it. */
  mayAsk: () => boolean;
  /** Gets each question: asked, with the settling of its answer if that comes late, or not asked. */
  underWay: (question: Promise<void>) => void;
};

/** Asks all questions together, as many at a time as there are places for. One that has found none in time is not asked. */
export async function askTogether(
  questions: readonly Question[],
  { places, mayAsk, underWay }: AskTogetherDeps,
): Promise<AskedAtOnce> {
  if (questions.length === 0) return NOT_ASKED;
  const answers = new Map<string, Answers>();
  const asked = new Map<string, Date>();
  const written = Promise.withResolvers<ReadonlyMap<string, Verification>>();
  const late = new AbortController();

  async function carryOut({ verification, ask, settle }: Question): Promise<void> {
    const answer = await ask();
    if (late.signal.aborted) return settle((await written.promise).get(verification.id) ?? verification, answer);
    answers.set(verification.id, answer);
    asked.delete(verification.id);
  }

  async function itsTurn(): Promise<boolean> {
    if (!(await places.take(late.signal))) return false;
    if (mayAsk()) return true;
    places.leave();
    return false;
  }

  async function askOne(question: Question): Promise<void> {
    if (!(await itsTurn())) return underWay(question.notAsked());
    asked.set(question.verification.id, question.until);
    const ended = carryOut(question)
      .catch((error: unknown) => {
        if (!late.signal.aborted) asked.delete(question.verification.id);
        question.failed(error);
      })
      .finally(places.leave);
    underWay(ended);
    await ended;
  }

  await inTime(Promise.all(questions.map(askOne)), PATIENCE_MS);
  late.abort();
  return { answers, asked, over: written.resolve };
}

async function inTime(work: Promise<unknown>, ms: number): Promise<void> {
  const done = new AbortController();
  const patience = sleep(ms, undefined, { signal: done.signal }).catch(() => {});
  await Promise.race([work, patience]);
  done.abort();
}
