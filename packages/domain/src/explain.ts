import type { Result, WalkAway } from "./evidence.ts";
import type { Product, Status } from "./status.ts";
import { describeSubCode } from "./sub-codes.ts";

/** What the sentence is made from. */
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

/** One sentence or two: why a verification is where it is, and what happens next. Times are UTC, ISO 8601. */
export function explain(held: Explainable): string {
  const next = held.nextCheckAt ? ` The provider is asked next at ${held.nextCheckAt.toISOString()}.` : "";
  switch (held.status) {
    case "initializing":
      return `The provider has not confirmed the session yet; it ends by itself at ${(held.nextCheckAt ?? held.expiresAt).toISOString()}.`;
    case "awaiting":
      return `Waiting for the user, who can finish until ${held.expiresAt.toISOString()}.${next}`;
    case "claimed":
      return `A callback says ${outcome(held, held.claim)}; the provider has not confirmed it yet.${next}`;
    case "passed":
    case "failed":
      return `The provider confirmed: ${outcome(held, held.result)}.`;
    case "expired":
      return held.claim
        ? `A callback said ${outcome(held, held.claim)}, but the provider has no result.${next}`
        : `The user did not finish in time${whereTheyStopped(held.walkAway)}.${next}`;
    case "init_failed":
      return held.errorCode
        ? `The provider refused to start the session: ${held.errorCode}.`
        : "The session was never confirmed by the provider, so nobody could have finished it.";
    case "unresolvable":
      return held.product === "FACE_IDU_MIN"
        ? "The answer to this face check was lost. It may have been carried out and paid for; asking again costs again."
        : "The provider deleted the result before it could be read.";
    case "voided":
      return "A person voided this verification.";
  }
}

function outcome({ product }: Explainable, result: Result | null): string {
  if (!result) return "nothing";
  const verdict = result.passed ? "passed" : "not passed";
  return result.subCode ? `${verdict}, sub-code ${describeSubCode(product, result.subCode)}` : verdict;
}

function whereTheyStopped(walkAway: WalkAway | null): string {
  if (!walkAway) return "";
  if (walkAway.progress === "not_started") return ": the session was never opened";
  const page = walkAway.page ? ` on page ${walkAway.page}` : "";
  const code = walkAway.errorCode ? ` with client code ${walkAway.errorCode}` : "";
  return page || code ? `: it broke off${page}${code}` : "";
}
