import { many } from "./many.ts";

export const verification = {
  verification: {
    facts: "The session",
    doubts: (count: number) => `${many(count, "open discrepancy puts", "open discrepancies put")} this in doubt.`,
    toWork: "To the work list",
    recheck: "Ask again",
    recheckHint: "The provider is asked for the result of this session once more, within the quota.",
    void: "Void",
    voidHint: "The session ends as voided, whatever the provider says. This cannot be undone.",
  },
  timeline: {
    title: "Evidence over time",
    summary: (count: number, span: string) =>
      `${many(count, "piece", "pieces")} of evidence within ${span}. Each is listed in words under “On record”.`,
    lanes: { callbacks: "Callbacks", questions: "Questions asked", trouble: "Trouble", people: "People" },
    lapses: "user’s time is up",
    legend: {
      claim: "callback: a claim",
      answer: "answer of the provider",
      pending: "not finished yet",
      noAnswer: "no answer",
      discrepancy: "discrepancy",
      alert: "alert",
      person: "a person’s deed",
    },
  },
  compare: {
    title: "Claim against confirmed result",
    claim: "The callback claims",
    confirmed: "The provider confirmed",
    noCallback: "No callback has come.",
    answersAtOnce: "A face check answers at once and has no callback.",
    notConfirmed: "Nothing yet.",
    agree: "They agree",
    contradict: "They contradict",
    waiting: "To be confirmed",
    none: "Confirmed without it",
  },
  details: {
    title: "About the person",
    none: "The provider has told nothing that is kept.",
    masked: "Masked. Seeing more needs a reason and goes on record.",
    revealed: "In the clear for one minute.",
    unreadable: "cannot be read any more",
    reveal: "Reveal",
    hide: "Hide",
    warning: "You will see personal data in the clear for one minute. Who looked and why is put on record first.",
    suggestions: ["Customer enquiry", "Suspected fraud", "Regulator’s request"] as readonly string[],
  },
  record: {
    title: "On record",
    raw: "As stored",
    callback: (verdict: string, code: string) => `A callback claims: ${verdict.toLowerCase()}, sub-code ${code}.`,
    copies: (count: number) => `It came ${many(count, "more time", "more times")}.`,
    early: "It outran the answer to Initialize.",
    late: "It came after the token had expired.",
    verdict: (verdict: string, code: string | null) =>
      `The provider answers: ${verdict.toLowerCase()}${code ? `, sub-code ${code}` : ""}.`,
    noAnswer: (code: string) => `The provider was asked and gave no answer: ${code}.`,
    answer: (operation: string, said: string) => `${operation}: ${said}.`,
    moved: (from: string, to: string, cause: string) => `${from} → ${to}: ${cause}.`,
    discrepancy: (what: string) => `Discrepancy: ${what}.`,
    action: (what: string, why: string | null) =>
      `Somebody ${what.charAt(0).toLowerCase()}${what.slice(1)}${why ? `, since “${why}”` : ""}.`,
    alert: (what: string) => `Alert: ${what}.`,
  },
};
