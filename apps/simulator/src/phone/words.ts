import type { CallbackKind } from "../callback-plan.ts";
import { CATALOGUE } from "../outcomes.ts";
import { type CallbackAttempt, stateAt, type Transaction } from "../transactions.ts";

export type Tone = "good" | "bad" | "quiet" | "waiting";

/** A line for people: what it is, what became of it, and whether that is well. */
export type Words = { title: string; detail: string; tone: Tone };

const CALLBACK_TITLES: Record<CallbackKind, string> = {
  callback: "Callback",
  retry: "Second try",
  duplicate: "The same callback again",
  mutated: "Callback with its result turned round",
  forged: "Forged callback",
  early: "Callback ahead of the Initialize answer",
  late: "Callback after the session had lapsed",
  reordered: "Callback that later ones overtook",
  replayed: "Copy sent by hand",
  dropped: "Callback lost on the way",
};

/** What the receiver said to one attempt. A forgery is told apart: being refused is what should happen to it. */
export function attemptWords({ kind, httpStatus, code }: CallbackAttempt): Words {
  const accepted = code === "Success";
  const title = CALLBACK_TITLES[kind];
  if (kind === "dropped") return { title, detail: "never sent, by the fault plan", tone: "quiet" };
  if (httpStatus === null) {
    return { title, detail: code === "Timeout" ? "no answer in time" : "the receiver is unreachable", tone: "bad" };
  }
  if (kind === "forged") {
    return accepted
      ? { title, detail: `${httpStatus}, a forgery was accepted`, tone: "bad" }
      : { title, detail: `${httpStatus}, refused as it should be`, tone: "good" };
  }
  return accepted
    ? { title, detail: `${httpStatus}, accepted`, tone: "good" }
    : { title, detail: `${httpStatus}, not accepted`, tone: "bad" };
}

/** A callback that has not gone out yet. */
const pendingWords = ({ kind }: { kind: CallbackKind }): Words => ({
  title: CALLBACK_TITLES[kind],
  detail: kind === "late" ? "held back on purpose" : "on its way",
  tone: "waiting",
});

const GIVEN_UP: Words = { title: "Nothing more will come", detail: "the result waits to be fetched", tone: "quiet" };

/** Everything the receiver was told, oldest first; and whether the provider has given up on it. */
export function receiverWords({ callbacks, pending }: Transaction): Words[] {
  const lines = [...callbacks.map(attemptWords), ...pending.map(pendingWords)];
  const own = callbacks.filter(({ kind }) => kind !== "forged");
  const gaveUp = own.length > 0 && pending.length === 0 && own.every(({ code }) => code !== "Success");
  return gaveUp ? [...lines, GIVEN_UP] : lines;
}

/** The line that says most about a session: the latest that is not a stranger's. */
export function lastAnswer({ callbacks, pending }: Transaction): Words | null {
  const [next] = pending.filter(({ kind }) => kind !== "forged");
  if (next) return pendingWords(next);
  const last = callbacks.findLast(({ kind }) => kind !== "forged");
  return last ? attemptWords(last) : null;
}

/** How a session ended, or null while it is open. */
export function endWords(held: Transaction, now: number): Words | null {
  switch (stateAt(held, now)) {
    case "initialized":
    case "started":
      return null;
    case "expired":
      return { title: "Time ran out", detail: "Nobody is told: an expired session has no callback.", tone: "quiet" };
    case "interrupted": {
      const { page = "", errorCode = "" } = held.abandonment ?? {};
      const detail = `At ${page}, client code ${errorCode}. Nobody is told: an abandoned session has no callback.`;
      return { title: "Walked away", detail, tone: "quiet" };
    }
    case "processing":
    case "completed": {
      const { passed = "N", subCode = "" } = held.outcome ?? {};
      const known = CATALOGUE[held.product].find((entry) => entry.passed === passed && entry.subCode === subCode);
      const verdict = `Passed ${passed}, sub-code ${subCode}.`;
      const detail = held.callbackUrl
        ? verdict
        : `${verdict} No callback was asked for: the result waits to be fetched.`;
      return {
        title: known?.title ?? (passed === "Y" ? "Passed" : "Failed"),
        detail,
        tone: passed === "Y" ? "good" : "bad",
      };
    }
  }
}
