import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CallbackEvidence, CheckEvidence, Claim, Result, VerificationSnapshot } from "../src/evidence.ts";
import {
  type Decision,
  reconcileCallback,
  reconcileCheck,
  reconcileNoAnswer,
  reconcileSilence,
  sameResult,
} from "../src/reconcile.ts";
import { DEFAULT_POLICY } from "../src/schedule.ts";
import { canMove, isConfirmed, isTerminal, STATUSES, type Status } from "../src/status.ts";
import { givenVerification, second, TRANSACTION } from "./given-verification.ts";

const YES = { passed: true, subCode: "200" };
const NO = { passed: false, subCode: "205" };

const IN_TIME = second(600);
const LATE = second(1_920);
const AFTER_A_MONTH = second(1_800 + 30 * 86_400);

const callback = (claim: Claim, at = IN_TIME, transactionId = TRANSACTION): CallbackEvidence => ({
  kind: "callback",
  transactionId,
  transactionTaken: false,
  claim,
  at,
});
const verdict = (result: Result, at = IN_TIME): CheckEvidence => ({ kind: "verdict", result, at });
const log = (progress: "finished" | "interrupted" | "not_started" | "unknown", at = LATE): CheckEvidence => ({
  kind: "log",
  walkAway: { progress, errorCode: "1006", page: "FACE" },
  at,
});

/** What a row of each status holds before the evidence of the table comes in. */
const HELD: Record<Status, Partial<VerificationSnapshot>> = {
  initializing: { transactionId: null },
  awaiting: {},
  claimed: { claim: YES, claimedAt: second(590) },
  passed: { result: YES },
  failed: { result: NO },
  expired: {},
  init_failed: { transactionId: null },
  unresolvable: {},
  voided: {},
};

const given = (status: Status, overrides: Partial<VerificationSnapshot> = {}) =>
  givenVerification({ status, ...HELD[status], ...overrides });

/** A decision in a few words: `→ status`, a question, or `ignored`; `!` marks a discrepancy. */
function brief(decision: Decision): string {
  switch (decision.kind) {
    case "advance":
      return [`→ ${decision.to} by ${decision.cause}`, decision.discrepancy].filter(Boolean).join(" ! ");
    case "check_at":
      return [`ask at ${decision.at.toISOString().slice(11, 19)}`, decision.discrepancy].filter(Boolean).join(" ! ");
    case "ignore":
      return `ignored: ${decision.reason}`;
    case "discrepancy":
      return `! ${decision.type}`;
    case "ask_log":
      return "ask the log";
  }
}

type Row = Record<Status, string>;

const everywhere = (cell: string): Row => ({
  initializing: cell,
  awaiting: cell,
  claimed: cell,
  passed: cell,
  failed: cell,
  expired: cell,
  init_failed: cell,
  unresolvable: cell,
  voided: cell,
});

const cases = (rows: [string, (held: VerificationSnapshot) => Decision, Row][]) =>
  rows.flatMap(([evidence, decide, row]) =>
    STATUSES.map((status) => ({ evidence, decide, status, cell: row[status] })),
  );

describe("callbacks", () => {
  test("a callback about a session we have no record of matches nothing", () => {
    expect(brief(reconcileCallback(null, callback(YES)))).toBe("! unknown_transaction");
  });

  test.each(
    cases([
      [
        "a first callback",
        (held) => reconcileCallback(held, callback(YES)),
        {
          initializing: "→ claimed by callback",
          awaiting: "→ claimed by callback",
          claimed: "ignored: repeat",
          passed: "ignored: agrees",
          failed: "! claim_contradicted",
          expired: "ask at 12:10:00",
          init_failed: "! result_after_end",
          unresolvable: "! result_after_end",
          voided: "! result_after_end",
        },
      ],
      [
        "the same claim again",
        (held) => reconcileCallback({ ...held, claim: YES }, callback(YES)),
        {
          initializing: "→ claimed by callback",
          awaiting: "→ claimed by callback",
          claimed: "ignored: repeat",
          passed: "ignored: agrees",
          failed: "! claim_contradicted",
          expired: "ask at 12:10:00",
          init_failed: "! result_after_end",
          unresolvable: "! result_after_end",
          voided: "! result_after_end",
        },
      ],
      [
        "another verdict under the same token",
        (held) => reconcileCallback({ ...held, claim: YES }, callback(NO)),
        { ...everywhere("! mutated_replay"), expired: "ask at 12:10:00 ! mutated_replay" },
      ],
      [
        "another sub-code under the same token",
        (held) => reconcileCallback({ ...held, claim: YES }, callback({ ...YES, subCode: "201" })),
        { ...everywhere("! mutated_replay"), expired: "ask at 12:10:00 ! mutated_replay" },
      ],
      [
        "another transaction under the same token",
        (held) => reconcileCallback({ ...held, transactionId: "hksother" }, callback(YES)),
        everywhere("! transaction_mismatch"),
      ],
      [
        "another transaction and another claim",
        (held) => reconcileCallback({ ...held, transactionId: "hksother", claim: YES }, callback(NO)),
        everywhere("! transaction_mismatch"),
      ],
    ]),
  )("$evidence while $status: $cell", ({ decide, status, cell }) => {
    expect(brief(decide(given(status)))).toBe(cell);
  });

  test("a callback that outruns the answer to Initialize names the transaction", () => {
    expect(reconcileCallback(given("initializing"), callback(YES))).toEqual({
      kind: "advance",
      to: "claimed",
      cause: "callback",
      adoptTransactionId: TRANSACTION,
    });
  });
});

describe("answers of the provider", () => {
  const noResult = { pending: "not finished", gone: "an unknown transaction" } as const;
  const ended = {
    initializing: "ignored: repeat",
    passed: "ignored: repeat",
    failed: "ignored: repeat",
    init_failed: "ignored: repeat",
    unresolvable: "ignored: repeat",
    voided: "ignored: repeat",
  };

  test.each(
    cases([
      [
        "the verdict yes",
        (held) => reconcileCheck(held, verdict(YES), DEFAULT_POLICY),
        {
          initializing: "! result_after_end",
          awaiting: "→ passed by check_result",
          claimed: "→ passed by check_result",
          passed: "ignored: repeat",
          failed: "! result_changed",
          expired: "→ passed by check_result",
          init_failed: "! result_after_end",
          unresolvable: "! result_after_end",
          voided: "! result_after_end",
        },
      ],
      [
        "the verdict no",
        (held) => reconcileCheck(held, verdict(NO), DEFAULT_POLICY),
        {
          initializing: "! result_after_end",
          awaiting: "→ failed by check_result",
          claimed: "→ failed by check_result ! claim_contradicted",
          passed: "! result_changed",
          failed: "ignored: repeat",
          expired: "→ failed by check_result",
          init_failed: "! result_after_end",
          unresolvable: "! result_after_end",
          voided: "! result_after_end",
        },
      ],
      [
        "the claimed verdict under another sub-code",
        (held) => reconcileCheck(held, verdict({ passed: true, subCode: "201" }), DEFAULT_POLICY),
        {
          initializing: "! result_after_end",
          awaiting: "→ passed by check_result",
          claimed: "→ passed by check_result ! claim_contradicted",
          passed: "! result_changed",
          failed: "! result_changed",
          expired: "→ passed by check_result",
          init_failed: "! result_after_end",
          unresolvable: "! result_after_end",
          voided: "! result_after_end",
        },
      ],
      [
        "the claimed verdict without a sub-code",
        (held) => reconcileCheck(held, verdict({ passed: true, subCode: null }), DEFAULT_POLICY),
        {
          initializing: "! result_after_end",
          awaiting: "→ passed by check_result",
          claimed: "→ passed by check_result",
          passed: "ignored: repeat",
          failed: "! result_changed",
          expired: "→ passed by check_result",
          init_failed: "! result_after_end",
          unresolvable: "! result_after_end",
          voided: "! result_after_end",
        },
      ],
      ...(["pending", "gone"] as const).flatMap((kind): [string, (held: VerificationSnapshot) => Decision, Row][] => [
        [
          `${noResult[kind]}, in time,`,
          (held) => reconcileCheck(held, { kind, at: IN_TIME }, DEFAULT_POLICY),
          { ...ended, awaiting: "ask at 12:15:00", claimed: "ask at 12:10:05", expired: "ignored: repeat" },
        ],
        [
          `${noResult[kind]}, at the deadline,`,
          (held) => reconcileCheck(held, { kind, at: LATE }, DEFAULT_POLICY),
          { ...ended, awaiting: "ask the log", claimed: "ask the log", expired: "ignored: repeat" },
        ],
        [
          `${noResult[kind]}, a millisecond before the month is over,`,
          (held) => reconcileCheck(held, { kind, at: new Date(AFTER_A_MONTH.getTime() - 1) }, DEFAULT_POLICY),
          { ...ended, awaiting: "ask the log", claimed: "ask the log", expired: "ignored: repeat" },
        ],
        [
          `${noResult[kind]}, after a month,`,
          (held) => reconcileCheck(held, { kind, at: AFTER_A_MONTH }, DEFAULT_POLICY),
          {
            ...ended,
            awaiting: "→ unresolvable by retention_lapsed",
            claimed: "→ unresolvable by retention_lapsed",
            expired: "ignored: repeat",
          },
        ],
      ]),
      [
        "a log that says finished",
        (held) => reconcileCheck(held, log("finished"), DEFAULT_POLICY),
        { ...ended, awaiting: "ask at 12:32:05", claimed: "ask at 12:32:05", expired: "ignored: repeat" },
      ],
      ...(["interrupted", "not_started", "unknown"] as const).map(
        (progress): [string, (held: VerificationSnapshot) => Decision, Row] => [
          `a log that says ${progress}`,
          (held) => reconcileCheck(held, log(progress), DEFAULT_POLICY),
          {
            ...ended,
            awaiting: "→ expired by window_lapsed",
            claimed: "→ expired by window_lapsed ! claim_contradicted",
            expired: "ignored: repeat",
          },
        ],
      ),
    ]),
  )("$evidence while $status: $cell", ({ decide, status, cell }) => {
    expect(brief(decide(given(status)))).toBe(cell);
  });

  test("a verdict is kept as the provider told it", () => {
    expect(reconcileCheck(given("claimed"), verdict(NO), DEFAULT_POLICY)).toEqual({
      kind: "advance",
      to: "failed",
      cause: "check_result",
      result: NO,
      discrepancy: "claim_contradicted",
    });
  });

  test("what the log told is kept with the expiry", () => {
    expect(reconcileCheck(given("awaiting"), log("interrupted"), DEFAULT_POLICY)).toEqual({
      kind: "advance",
      to: "expired",
      cause: "window_lapsed",
      walkAway: { progress: "interrupted", errorCode: "1006", page: "FACE" },
    });
  });

  test.each<[string, number, string]>([
    ["a second", 1, "ask at 13:00:02"],
    ["four minutes", 240, "ask at 13:05:00"],
    ["ten minutes, when its schedule is through,", 600, "ask at 12:30:00 ! claim_contradicted"],
    ["25 days, when there is no later chance,", 25 * 86_400, "! claim_contradicted"],
  ])("an expired session is asked about again %s after its late claim: %s", (_after, pause, cell) => {
    const held = given("expired", { claim: YES, claimedAt: second(3_600) });
    expect(brief(reconcileCheck(held, { kind: "pending", at: second(3_600 + pause) }, DEFAULT_POLICY))).toBe(cell);
  });

  test.each(["claimed", "expired"] as const)("a verdict against the claim moves %s and says so", (status) => {
    const held = given(status, { claim: YES, claimedAt: second(590) });
    expect(brief(reconcileCheck(held, verdict(NO), DEFAULT_POLICY))).toBe(
      "→ failed by check_result ! claim_contradicted",
    );
  });
});

describe("silence of Initialize", () => {
  test.each(
    cases([
      [
        "in time",
        (held) => reconcileSilence(held, IN_TIME, DEFAULT_POLICY),
        { ...everywhere("ignored: repeat"), initializing: "ask at 12:32:00" },
      ],
      [
        "at the deadline",
        (held) => reconcileSilence(held, LATE, DEFAULT_POLICY),
        { ...everywhere("ignored: repeat"), initializing: "→ init_failed by initialize_unanswered" },
      ],
    ]),
  )("$evidence while $status: $cell", ({ decide, status, cell }) => {
    expect(brief(decide(given(status)))).toBe(cell);
  });
});

describe("sameness", () => {
  test.each<[Result, Result, boolean]>([
    [YES, YES, true],
    [YES, { ...YES, subCode: null }, true],
    [{ ...YES, subCode: null }, { ...YES, subCode: null }, true],
    [YES, { ...YES, subCode: "201" }, false],
    [YES, NO, false],
    [YES, { passed: false, subCode: "200" }, false],
    [YES, { passed: false, subCode: null }, false],
  ])("%j and %j agree: %s, both ways round", (a, b, agree) => {
    expect([sameResult(a, b), sameResult(b, a)]).toEqual([agree, agree]);
  });
});

const subCode = fc.constantFrom("200", "204", "205", "206");
const anyClaim: fc.Arbitrary<Claim> = fc.record({ passed: fc.boolean(), subCode });
const anyResult: fc.Arbitrary<Result> = fc.record({ passed: fc.boolean(), subCode: fc.option(subCode) });
/** From a day before the session to well after the provider has deleted everything: clocks step both ways. */
const anyTime = fc.integer({ min: -86_400, max: 40 * 86_400 }).map(second);
const whileOpen = fc.integer({ min: 0, max: 1_919 }).map(second);
const anyProgress = fc.constantFrom("finished", "interrupted", "not_started", "unknown");
const anyCheck: fc.Arbitrary<CheckEvidence> = fc.oneof(
  fc.record({ kind: fc.constant("verdict"), result: anyResult, at: anyTime }),
  fc.record({ kind: fc.constantFrom("pending", "gone"), at: anyTime }),
  fc.tuple(anyProgress, anyTime).map(([progress, at]) => log(progress, at)),
);
const anyCallback: fc.Arbitrary<CallbackEvidence> = fc
  .tuple(anyClaim, anyTime, fc.constantFrom(TRANSACTION, "hksother"))
  .map(([claim, at, transactionId]) => callback(claim, at, transactionId));
const anyHeld: fc.Arbitrary<VerificationSnapshot> = fc
  .record({
    status: fc.constantFrom(...STATUSES),
    transactionId: fc.constantFrom(TRANSACTION, null),
    claim: fc.option(anyClaim),
    claimedAt: fc.option(anyTime),
    result: fc.option(anyResult),
  })
  .map(givenVerification);

describe("whatever is held and whatever is seen", () => {
  test("no decision names an illegal move", () => {
    const legal = (held: VerificationSnapshot, decision: Decision) =>
      decision.kind !== "advance" || canMove(held.status, decision.to);
    fc.assert(
      fc.property(anyHeld, anyCallback, anyCheck, anyTime, (held, callback, check, now) => {
        expect(legal(held, reconcileCallback(held, callback))).toBe(true);
        expect(legal(held, reconcileCheck(held, check, DEFAULT_POLICY))).toBe(true);
        expect(legal(held, reconcileSilence(held, now, DEFAULT_POLICY))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a question is planned for later than the evidence, or for its very moment when a callback meets an expired session", () => {
    fc.assert(
      fc.property(anyHeld, anyCallback, anyCheck, anyTime, (held, callback, check, now) => {
        const decisions = [
          [reconcileCheck(held, check, DEFAULT_POLICY), check.at],
          [reconcileSilence(held, now, DEFAULT_POLICY), now],
        ] as const;
        for (const [decision, at] of decisions) {
          if (decision.kind === "check_at") expect(decision.at.getTime()).toBeGreaterThan(at.getTime());
        }
        const called = reconcileCallback(held, callback);
        if (called.kind === "check_at") {
          expect(held.status).toBe("expired");
          expect(called.at).toEqual(callback.at);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("only the provider's own verdict confirms, and it is kept as told", () => {
    fc.assert(
      fc.property(anyHeld, anyCallback, anyCheck, anyTime, (held, callback, check, now) => {
        const decided: [Decision, Result | null][] = [
          [reconcileCallback(held, callback), null],
          [reconcileCheck(held, check, DEFAULT_POLICY), check.kind === "verdict" ? check.result : null],
          [reconcileSilence(held, now, DEFAULT_POLICY), null],
        ];
        for (const [decision, told] of decided) {
          if (decision.kind !== "advance") continue;
          expect(isConfirmed(decision.to)).toBe(told !== null);
          if (told) expect(decision).toMatchObject({ to: told.passed ? "passed" : "failed", result: told });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

type Evidence = CallbackEvidence | CheckEvidence;
type Folded = { held: VerificationSnapshot; discrepancies: Set<string> };

/** What the services do with decisions, in a few lines: move, and keep the first claim about the right transaction. */
function fold(start: VerificationSnapshot, seen: readonly Evidence[]): Folded {
  const discrepancies = new Set<string>();
  let held = start;
  for (const evidence of seen) {
    const decision =
      evidence.kind === "callback" ? reconcileCallback(held, evidence) : reconcileCheck(held, evidence, DEFAULT_POLICY);
    const type = decision.kind === "discrepancy" ? decision.type : "discrepancy" in decision && decision.discrepancy;
    if (type) discrepancies.add(type);
    const taken = evidence.kind === "callback" && !held.claim && type !== "transaction_mismatch" ? evidence : null;
    if (taken) held = { ...held, claim: taken.claim, claimedAt: taken.at };
    if (decision.kind !== "advance") continue;
    held = {
      ...held,
      status: decision.to,
      version: held.version + 1,
      transactionId: decision.adoptTransactionId ?? held.transactionId,
      result: decision.result ?? held.result,
    };
  }
  return { held, discrepancies };
}

/** Each piece of evidence once or several times, in any order. */
const shuffled = <T>(pieces: readonly T[]): fc.Arbitrary<T[]> =>
  fc
    .array(fc.constantFrom(...pieces), { maxLength: 6 })
    .chain((again) => fc.shuffledSubarray([...pieces, ...again], { minLength: pieces.length + again.length }));

const start = fc.constantFrom<Status>("awaiting", "claimed", "expired").map((status) => given(status));

describe("in any order and any number", () => {
  test("a callback and a verdict end in the verdict", () => {
    const story = fc
      .tuple(start, anyClaim, anyResult, whileOpen)
      .chain(([held, claim, result, at]) =>
        fc.tuple(fc.constant(held), fc.constant(result), shuffled([callback(claim, at), verdict(result, at)])),
      );
    fc.assert(
      fc.property(story, ([held, result, seen]) => {
        expect(fold(held, seen).held).toMatchObject({ status: result.passed ? "passed" : "failed", result });
      }),
      { numRuns: 1_000 },
    );
  });

  test("mutated and misdirected callbacks, early answers and the log change nothing about that", () => {
    const story = fc
      .tuple(start, anyClaim, anyClaim, anyResult, anyProgress)
      .chain(([held, claim, other, result, progress]) =>
        fc.tuple(
          fc.constant(held),
          fc.constant(result),
          shuffled<Evidence>([
            callback(claim),
            callback(other, LATE),
            callback(claim, IN_TIME, "hksother"),
            { kind: "pending", at: IN_TIME },
            { kind: "gone", at: IN_TIME },
            { kind: "pending", at: LATE },
            log(progress),
            verdict(result),
          ]),
        ),
      );
    fc.assert(
      fc.property(story, ([held, result, seen]) => {
        expect(fold(held, seen).held).toMatchObject({ status: result.passed ? "passed" : "failed", result });
      }),
      { numRuns: 1_000 },
    );
  });

  test("a callback that outruns Initialize ends like one that does not", () => {
    fc.assert(
      fc.property(anyClaim, anyResult, (claim, result) => {
        const pieces = [callback(claim), verdict(result)];
        const early = fold(given("initializing"), pieces);
        const usual = fold(given("awaiting"), pieces);
        expect({ ...early.held, version: 0 }).toEqual({ ...usual.held, version: 0 });
        expect(early.discrepancies).toEqual(usual.discrepancies);
      }),
    );
  });

  test("a claim and a verdict open the same discrepancies, whichever was first and however often they came", () => {
    const story = fc
      .tuple(anyClaim, anyResult)
      .chain(([claim, result]) =>
        fc.tuple(
          fc.constant(sameResult(claim, result) ? [] : ["claim_contradicted"]),
          shuffled([callback(claim), verdict(result)]),
        ),
      );
    fc.assert(
      fc.property(story, ([expected, seen]) => {
        expect([...fold(given("awaiting"), seen).discrepancies]).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  test("without a verdict nothing is ever confirmed", () => {
    const seen = fc.array(fc.oneof(anyCallback, anyCheck), { maxLength: 12 });
    fc.assert(
      fc.property(start, seen, (held, seen) => {
        const silent = seen.filter((evidence) => evidence.kind !== "verdict");
        const ended = fold(held, silent).held;
        expect(isConfirmed(ended.status)).toBe(false);
        expect(ended.result).toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });

  test("what has ended stays as it ended, but for an expired session that gets its verdict", () => {
    const seen = fc.array(fc.oneof(anyCallback, anyCheck), { maxLength: 12 });
    const terminal = anyHeld.filter((held) => isTerminal(held.status) && held.status !== "expired");
    fc.assert(
      fc.property(terminal, seen, (held, seen) => {
        const ended = fold(held, seen).held;
        expect([ended.status, ended.result, ended.version]).toEqual([held.status, held.result, held.version]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("every session ends", () => {
  /** Asks a provider as the worker would, until the session has ended. Gives the end and the moment it came. */
  function live(held: VerificationSnapshot, answer: (at: Date) => CheckEvidence, progress: Parameters<typeof log>[0]) {
    let at = second(60);
    for (let questions = 1; questions < 2_000; questions++) {
      const seen = answer(at);
      let decision = reconcileCheck(held, seen, DEFAULT_POLICY);
      if (decision.kind === "ask_log") decision = reconcileCheck(held, log(progress, at), DEFAULT_POLICY);
      if (decision.kind === "advance") return { to: decision.to, at, questions };
      if (decision.kind !== "check_at") throw new Error(`the session was left alone: ${brief(decision)}`);
      at = decision.at;
    }
    throw new Error("the session never ended");
  }

  const finishes = (from: number) => (at: Date) =>
    at >= second(from) ? verdict(YES, at) : ({ kind: "pending", at } as const);

  test.each(["awaiting", "claimed"] as const)("%s ends at the deadline when the user walked away", (status) => {
    for (const progress of ["interrupted", "not_started", "unknown"] as const) {
      const end = live(given(status), finishes(Number.POSITIVE_INFINITY), progress);
      expect(end).toMatchObject({ to: "expired", at: LATE });
    }
  });

  test("a session that finished but never shows its result is given up after a month, not before", () => {
    const end = live(given("awaiting"), finishes(Number.POSITIVE_INFINITY), "finished");
    expect(end.to).toBe("unresolvable");
    expect(end.at.getTime()).toBeGreaterThanOrEqual(AFTER_A_MONTH.getTime());
    expect(end.at.getTime()).toBeLessThan(AFTER_A_MONTH.getTime() + 3_600_000);
    expect(end.questions).toBeLessThan(800);
  });

  test("a result that is there is found without any callback, within the pause its schedule leaves", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 * 86_400 }), (from) => {
        const end = live(given("awaiting"), finishes(from), "finished");
        expect(end.to).toBe("passed");
        const seconds = (end.at.getTime() - second(from).getTime()) / 1_000;
        expect(seconds).toBeLessThanOrEqual(from < 1_920 ? 1_020 : 3_600);
      }),
    );
  });
});

test("a callback cannot make a session adopt the transaction of another one", () => {
  const held = givenVerification({ status: "initializing", transactionId: null });
  const seen = { ...callback(YES), transactionTaken: true };
  expect(reconcileCallback(held, seen)).toEqual({ kind: "discrepancy", type: "transaction_mismatch" });
});

test("a fresh claim that the log contradicts ends the session, but is asked about again", () => {
  const claimedAt = second(1_800);
  const held = givenVerification({ status: "claimed", claim: YES, claimedAt });
  const decision = reconcileCheck(held, log("interrupted"), DEFAULT_POLICY);
  expect(decision).toMatchObject({ kind: "advance", to: "expired", checkAgainAt: second(2_100) });
  expect(decision).not.toHaveProperty("discrepancy");
});

test.each(STATUSES)(
  "a provider that does not answer about %s is asked again for 30 days, and then no more",
  (status) => {
    const held = givenVerification({ status, ...HELD[status] });
    const again = second(2_000);
    const waits = status === "awaiting" || status === "claimed" || status === "expired";
    expect(reconcileNoAnswer(held, LATE, again, DEFAULT_POLICY)).toEqual(
      waits ? { kind: "check_at", at: again } : { kind: "ignore", reason: "repeat" },
    );
    expect(reconcileNoAnswer(held, AFTER_A_MONTH, again, DEFAULT_POLICY)).toEqual(
      status === "awaiting" || status === "claimed"
        ? { kind: "advance", to: "unresolvable", cause: "retention_lapsed" }
        : { kind: "ignore", reason: "repeat" },
    );
  },
);

test.each(STATUSES)(
  "a person who waits for an answer about %s has it asked for again, as long as there is one",
  (status) => {
    const held = givenVerification({ status, ...HELD[status] });
    const again = second(2_000);
    expect(reconcileNoAnswer(held, LATE, again, DEFAULT_POLICY, true)).toEqual({ kind: "check_at", at: again });
    expect(reconcileNoAnswer(held, AFTER_A_MONTH, again, DEFAULT_POLICY, true).kind).not.toBe("check_at");
  },
);

test("a claimed session left without a transaction waits for its deadline and then ends", () => {
  const held = givenVerification({ status: "claimed", transactionId: null, claim: YES, claimedAt: second(590) });
  expect(reconcileSilence(held, second(600), DEFAULT_POLICY)).toEqual({ kind: "check_at", at: second(1_920) });
  expect(reconcileSilence(held, LATE, DEFAULT_POLICY)).toMatchObject({ kind: "advance", to: "expired" });
});
