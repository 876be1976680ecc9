import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CallbackEvidence, CheckEvidence, Claim, Result, VerificationSnapshot } from "../src/evidence.ts";
import { type Decision, reconcileCallback, reconcileCheck, reconcileSilence, sameResult } from "../src/reconcile.ts";
import { type InitializeEvidence, reconcileInitialize } from "../src/reconcile-initialize.ts";
import { DEFAULT_POLICY } from "../src/schedule.ts";
import { canMove, isOpen, isTerminal } from "../src/status.ts";
import { givenVerification, second, TRANSACTION } from "./given-verification.ts";

const YES = { passed: true, subCode: "200" };
const NO = { passed: false, subCode: "205" };
const IN_TIME = second(600);
const LATE = second(1_920);

type Evidence = InitializeEvidence | CallbackEvidence | CheckEvidence;

const initialized: InitializeEvidence = { kind: "initialized", transactionId: TRANSACTION };
const refused: InitializeEvidence = { kind: "refused" };
const pending: CheckEvidence = { kind: "pending", at: IN_TIME };
const verdict = (result: Result): CheckEvidence => ({ kind: "verdict", result, at: IN_TIME });
const callback = (claim: Claim): CallbackEvidence => ({
  kind: "callback",
  transactionId: TRANSACTION,
  transactionTaken: false,
  claim,
  at: IN_TIME,
});
const walkedAway = {
  kind: "log",
  walkAway: { progress: "interrupted", errorCode: "1006", page: "FACE" },
  at: LATE,
} as const;

type Told = { held: VerificationSnapshot; discrepancies: Set<string> };

const intent = (): Told => ({
  held: givenVerification({ status: "initializing", version: 0, transactionId: null }),
  discrepancies: new Set(),
});

function decide(held: VerificationSnapshot, seen: Evidence): Decision {
  switch (seen.kind) {
    case "initialized":
    case "refused":
      return reconcileInitialize(held, seen);
    case "callback":
      return reconcileCallback(held, seen);
    default:
      return reconcileCheck(held, seen, DEFAULT_POLICY);
  }
}

/** What the services do with a decision: move, keep the first claim, tell of what disagrees. Refuses what must never be. */
function take({ held, discrepancies }: Told, decision: Decision, claim: Claim | null = null): Told {
  const type = decision.kind === "discrepancy" ? decision.type : "discrepancy" in decision && decision.discrepancy;
  const claimed = claim && !held.claim ? { ...held, claim, claimedAt: IN_TIME } : held;
  const told = type ? new Set([...discrepancies, type]) : discrepancies;
  if (decision.kind !== "advance") return { held: claimed, discrepancies: told };
  expect(canMove(held.status, decision.to), `${held.status} → ${decision.to}`).toBe(true);
  if (isTerminal(held.status)) expect(isTerminal(decision.to)).toBe(true);
  const moved = {
    ...claimed,
    status: decision.to,
    version: held.version + 1,
    transactionId: decision.adoptTransactionId ?? held.transactionId,
    result: decision.result ?? held.result,
  };
  return { held: moved, discrepancies: told };
}

/** Who has no transaction id has nobody to ask: an answer before that cannot be. */
const cannotBe = ({ held }: Told, seen: Evidence): boolean =>
  held.transactionId === null && (seen.kind === "verdict" || seen.kind === "pending");

const see = (told: Told, seen: Evidence): Told =>
  cannotBe(told, seen) ? told : take(told, decide(told.held, seen), seen.kind === "callback" ? seen.claim : null);

/** Time passes: an open session is asked about as the schedule says, until its deadline is over. */
function letTimePass(told: Told, answer: CheckEvidence): Told {
  if (!isOpen(told.held.status)) return told;
  if (told.held.transactionId === null) return take(told, reconcileSilence(told.held, LATE, DEFAULT_POLICY));
  const asked = decide(told.held, answer);
  return take(told, asked.kind === "ask_log" ? decide(told.held, walkedAway) : asked);
}

const brief = ({ held, discrepancies }: Told): string => [held.status, ...[...discrepancies].sort()].join(" ! ");

const permutations = <T>(pieces: readonly T[]): T[][] =>
  pieces.length === 0
    ? [[]]
    : pieces.flatMap((piece, at) => permutations(pieces.toSpliced(at, 1)).map((rest) => [piece, ...rest]));

describe("of Initialize's answer, a callback and a result", () => {
  test.each<[string, { answered: boolean; called: boolean; result: boolean }, string]>([
    [
      "nothing came: nobody was given anything to finish",
      { answered: false, called: false, result: false },
      "init_failed",
    ],
    ["only the answer came: the user walked away", { answered: true, called: false, result: false }, "expired"],
    [
      "only a callback came: it heals the row, but nothing bears it out",
      { answered: false, called: true, result: false },
      "expired ! claim_contradicted",
    ],
    [
      "answer and callback came: nothing bears the callback out",
      { answered: true, called: true, result: false },
      "expired ! claim_contradicted",
    ],
    [
      "only a result is there: without an id it cannot be asked for",
      { answered: false, called: false, result: true },
      "init_failed",
    ],
    ["answer and result: the callback was lost", { answered: true, called: false, result: true }, "passed"],
    ["callback and result: Initialize's answer was lost", { answered: false, called: true, result: true }, "passed"],
    ["all three came", { answered: true, called: true, result: true }, "passed"],
  ])("%s, in whatever order", (_name, { answered, called, result }, ending) => {
    const pieces = [
      ...(answered ? [initialized] : []),
      ...(called ? [callback(YES)] : []),
      ...(result ? [verdict(YES)] : []),
    ];
    const answer: CheckEvidence = result ? verdict(YES) : { kind: "pending", at: LATE };
    for (const order of permutations<Evidence>(pieces)) {
      expect(brief(letTimePass(order.reduce(see, intent()), answer)), order.map(({ kind }) => kind).join(", ")).toBe(
        ending,
      );
    }
  });

  test("the result alone says how it ends, and a callback that said otherwise is told of", () => {
    for (const order of permutations<Evidence>([initialized, callback(YES), verdict(NO)])) {
      expect(brief(letTimePass(order.reduce(see, intent()), verdict(NO)))).toBe("failed ! claim_contradicted");
    }
  });

  test("a refusal and a callback cannot both be true: whichever came first stands, and somebody is told", () => {
    const endings = permutations<Evidence>([refused, callback(YES)]).map((order) =>
      brief(letTimePass(order.reduce(see, intent()), verdict(YES))),
    );
    expect(endings).toEqual(["init_failed ! result_after_end", "passed ! transaction_mismatch"]);
  });
});

const subCode = fc.constantFrom("200", "204", "205");
const anyClaim: fc.Arbitrary<Claim> = fc.record({ passed: fc.boolean(), subCode });
const anyResult: fc.Arbitrary<Result> = fc.record({ passed: fc.boolean(), subCode: fc.option(subCode) });

/** Each piece once or several times, in any order. */
const shuffled = <T>(pieces: readonly T[]): fc.Arbitrary<T[]> =>
  fc
    .array(fc.constantFrom(...pieces), { maxLength: 8 })
    .chain((again) => fc.shuffledSubarray([...pieces, ...again], { minLength: pieces.length + again.length }));

/** A callback, perhaps another under the same token, the provider's verdict, and all of it in an order of its own. */
const story = fc.tuple(anyClaim, anyClaim, anyResult).chain(([claim, other, result]) =>
  fc.record({
    claims: fc.constant([claim, other]),
    result: fc.constant(result),
    seen: shuffled<Evidence>([initialized, callback(claim), callback(other), pending, verdict(result)]),
  }),
);

describe("the same evidence in any order and any number", () => {
  test("ends with the same status and result", () => {
    fc.assert(
      fc.property(story, ({ seen, result }) => {
        const { held } = letTimePass(seen.reduce(see, intent()), verdict(result));
        const status = result.passed ? "passed" : "failed";
        expect(held).toMatchObject({ status, result, transactionId: TRANSACTION });
      }),
      { numRuns: 2_000 },
    );
  });

  // Which of two claims counts as the claim is decided by which came first, since nothing else tells them apart; and only that
  // one is held against the result. So the order may add `claim_contradicted`, and nothing else.
  test("tells of the same contradictions, measured by the claim that came first", () => {
    fc.assert(
      fc.property(story, ({ seen, claims, result }) => {
        const { discrepancies } = letTimePass(seen.reduce(see, intent()), verdict(result));
        const first = seen.find((evidence) => evidence.kind === "callback")?.claim ?? YES;
        const mutated = claims.some((claim) => !sameResult(claim, first));
        const expected = [
          ...(sameResult(first, result) ? [] : ["claim_contradicted"]),
          ...(mutated ? ["mutated_replay"] : []),
        ];
        expect([...discrepancies].sort()).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  test("never goes back, and nothing moves any more once there is a result", () => {
    fc.assert(
      fc.property(story, ({ seen }) => {
        let told = intent();
        for (const evidence of seen) {
          const next = see(told, evidence);
          expect(next.held.version).toBe(told.held.version + (next.held.status === told.held.status ? 0 : 1));
          if (told.held.result)
            expect(next.held).toEqual({ ...told.held, claim: next.held.claim, claimedAt: next.held.claimedAt });
          told = next;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("seen a second time changes nothing", () => {
    fc.assert(
      fc.property(story, ({ seen, result }) => {
        const once = letTimePass(seen.reduce(see, intent()), verdict(result));
        const twice = seen.reduce(see, once);
        expect(twice.held).toEqual(once.held);
      }),
      { numRuns: 1_000 },
    );
  });
});
