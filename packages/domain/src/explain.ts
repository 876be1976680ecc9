import type { Result, WalkAway } from "./evidence.ts";
import type { Product, Status } from "./status.ts";
import { describeSubCode, isKnownSubCode } from "./sub-codes.ts";

/** What the sentences are made from. */
export type Explainable = {
  product: Product;
  status: Status;
  claim: Result | null;
  result: Result | null;
  expiresAt: Date;
  nextCheckAt: Date | null;
  walkAway: WalkAway | null;
  errorCode: string | null;
};

export const BECAUSE_KEYS = [
  "unconfirmed",
  "awaits_user",
  "claim_unconfirmed",
  "confirmed",
  "claim_without_result",
  "never_opened",
  "broke_off",
  "not_finished",
  "start_refused",
  "start_unconfirmed",
  "answer_lost",
  "result_deleted",
  "voided",
  "asked_next",
] as const;

/** One thing to say, in no language yet: which sentence, and what stands in it. What a sentence does not name is null. */
export type Because = {
  key: (typeof BECAUSE_KEYS)[number];
  at: Date | null;
  passed: boolean | null;
  subCode: string | null;
  /** Whether the product's table says what the sub-code means. */
  known: boolean;
  page: string | null;
  code: string | null;
};

/** Why a verification is where it is, and what happens next: one sentence or two, for every language to put into words. */
export function because(held: Explainable): Because[] {
  const next = held.nextCheckAt ? [say("asked_next", { at: held.nextCheckAt })] : [];
  switch (held.status) {
    case "initializing":
      return [say("unconfirmed", { at: held.nextCheckAt ?? held.expiresAt })];
    case "awaiting":
      return [say("awaits_user", { at: held.expiresAt }), ...next];
    case "claimed":
      return [say("claim_unconfirmed", outcome(held, held.claim)), ...next];
    case "passed":
    case "failed":
      return [say("confirmed", outcome(held, held.result))];
    case "expired":
      return [held.claim ? say("claim_without_result", outcome(held, held.claim)) : stopped(held.walkAway), ...next];
    case "init_failed":
      return [held.errorCode ? say("start_refused", { code: held.errorCode }) : say("start_unconfirmed")];
    case "unresolvable":
      return [say(held.product === "FACE_IDU_MIN" ? "answer_lost" : "result_deleted")];
    case "voided":
      return [say("voided")];
  }
}

/** The same in English. Times are UTC, ISO 8601. */
export const explain = (held: Explainable): string =>
  because(held)
    .map((one) => inEnglish(one, held.product))
    .join(" ");

const NOTHING = { at: null, passed: null, subCode: null, known: false, page: null, code: null };

const say = (key: Because["key"], what: Partial<Because> = {}): Because => ({ ...NOTHING, ...what, key });

const outcome = ({ product }: Explainable, result: Result | null): Partial<Because> =>
  result
    ? {
        passed: result.passed,
        subCode: result.subCode || null,
        known: result.subCode ? isKnownSubCode(product, result.subCode) : false,
      }
    : {};

function stopped(walkAway: WalkAway | null): Because {
  if (walkAway?.progress === "not_started") return say("never_opened");
  if (walkAway?.page || walkAway?.errorCode) {
    return say("broke_off", { page: walkAway.page || null, code: walkAway.errorCode || null });
  }
  return say("not_finished");
}

function inEnglish(one: Because, product: Product): string {
  const at = one.at?.toISOString() ?? "";
  switch (one.key) {
    case "unconfirmed":
      return `The provider has not confirmed the session yet; it ends by itself at ${at}.`;
    case "awaits_user":
      return `Waiting for the user, who can finish until ${at}.`;
    case "claim_unconfirmed":
      return `A callback says ${verdict(one, product)}; the provider has not confirmed it yet.`;
    case "confirmed":
      return `The provider confirmed: ${verdict(one, product)}.`;
    case "claim_without_result":
      return `A callback said ${verdict(one, product)}, but the provider has no result.`;
    case "never_opened":
      return "The user did not finish in time: the session was never opened.";
    case "broke_off": {
      const page = one.page ? ` on page ${one.page}` : "";
      return `The user did not finish in time: it broke off${page}${one.code ? ` with client code ${one.code}` : ""}.`;
    }
    case "not_finished":
      return "The user did not finish in time.";
    case "start_refused":
      return `The provider refused to start the session: ${one.code}.`;
    case "start_unconfirmed":
      return "The session was never confirmed by the provider, so nobody could have finished it.";
    case "answer_lost":
      return "The answer to this face check was lost. It may have been carried out and paid for; asking again costs again.";
    case "result_deleted":
      return "The provider deleted the result before it could be read.";
    case "voided":
      return "A person voided this verification.";
    case "asked_next":
      return `The provider is asked next at ${at}.`;
  }
}

function verdict({ passed, subCode }: Because, product: Product): string {
  if (passed === null) return "nothing";
  const said = passed ? "passed" : "not passed";
  return subCode ? `${said}, sub-code ${describeSubCode(product, subCode)}` : said;
}
