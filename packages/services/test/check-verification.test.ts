import { type Db, loadEvidence, type Verification } from "@verdict/db";
import { DEFAULT_POLICY } from "@verdict/domain";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CheckDeps } from "../src/check-verification.ts";
import { reconcileReceipts } from "../src/reconcile-receipts.ts";
import {
  down,
  gone,
  ok,
  overtaken,
  pending,
  refused,
  type Script,
  scriptedProvider,
  setup,
  throttled,
} from "./support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());
beforeEach(() => s.at(START));

const START = "2026-03-01T10:00:00.000Z";
/** Half an hour for the user, two minutes of grace. */
const DEADLINE = "2026-03-01T10:32:00.000Z";
const A_MONTH_LATER = "2026-03-31T10:30:00.000Z";

const passedAnswer = ok({ passed: "Y", subCode: "200" });
const failedAnswer = ok({ passed: "N", subCode: "204" });
const interrupted = ok({ verifyStatus: "1", verifyErrorCode: "1006", interruptPageEn: "FACE" });
const finished = ok({ verifyStatus: "0" });

const YES = { claimPassed: true, claimSubCode: "200" };
const NO = { claimPassed: false, claimSubCode: "204" };

/** A session that started at 10:00 and is due, a minute after that unless told otherwise. */
async function givenDue(wanted: Partial<Verification> = {}, at = "2026-03-01T10:01:00.000Z"): Promise<Verification> {
  const createdAt = wanted.createdAt ?? new Date(START);
  const claimed = wanted.claimPassed !== undefined && { status: "claimed" as const, claimedAt: new Date(at) };
  s.at(at);
  return givenVerification(s.db, { createdAt, nextCheckAt: s.now(), ...claimed, ...wanted });
}

/** Checks it once against a provider that answers as scripted. */
async function check(verification: Verification, script: Script, deps: Partial<CheckDeps> & { db?: Db } = {}) {
  const provider = scriptedProvider(script);
  const asked = await s.check(verification, provider.client, deps);
  return { asked, calls: provider.calls, operations: provider.calls.map((call) => call.operation) };
}

const evidenceOf = (verification: Verification) => loadEvidence(s.db, verification);
const clock = (date: Date | null): string | undefined => date?.toISOString().slice(11, 23);

describe("a verdict of the provider", () => {
  test.each([
    { said: "Y", answer: passedAnswer, to: "passed", passed: true, subCode: "200" },
    { said: "N", answer: failedAnswer, to: "failed", passed: false, subCode: "204" },
  ] as const)("$said settles a silent session as $to", async ({ answer, to, passed, subCode }) => {
    const verification = await givenDue();
    const { asked, calls } = await check(verification, { checkResult: [answer] });

    expect(asked).toBe(true);
    const { merchantBizId, transactionId } = verification;
    expect(calls).toEqual([{ operation: "CheckResult", request: { merchantBizId, transactionId } }]);
    expect(await s.reload(verification)).toMatchObject({
      status: to,
      passed,
      subCode,
      outcomeSource: "check_result",
      confirmedAt: s.now(),
      checkedAt: s.now(),
      checkCount: 1,
      nextCheckAt: null,
      askingUntil: null,
    });
    const { checks, transitions, discrepancies } = await evidenceOf(verification);
    expect(checks).toMatchObject([{ operation: "CheckResult", kind: "verdict", passed, subCode, requestId: "R-1" }]);
    expect(transitions).toMatchObject([
      { from: "awaiting", to, cause: "check_result", checkId: checks[0]?.id, receiptId: null, actor: "worker" },
    ]);
    expect(discrepancies).toEqual([]);
  });

  test.each([
    { claim: YES, answer: passedAnswer, to: "passed" },
    { claim: NO, answer: failedAnswer, to: "failed" },
    { claim: YES, answer: ok({ passed: "Y" }), to: "passed" },
  ] as const)("that agrees with the claim ends the verification as $to", async ({ claim, answer, to }) => {
    const verification = await givenDue(claim);
    await check(verification, { checkResult: [answer] });
    expect(await s.reload(verification)).toMatchObject({ status: to, ...claim });
    expect((await evidenceOf(verification)).discrepancies).toEqual([]);
  });

  test.each([
    { claim: YES, answer: failedAnswer, to: "failed" },
    { claim: NO, answer: passedAnswer, to: "passed" },
    { claim: YES, answer: ok({ passed: "Y", subCode: "210" }), to: "passed" },
  ] as const)("that contradicts the claim wins, and somebody hears of it", async ({ claim, answer, to }) => {
    const verification = await givenDue(claim);
    await check(verification, { checkResult: [answer] });

    expect(await s.reload(verification)).toMatchObject({ status: to, ...claim });
    const { checks, discrepancies, alerts } = await evidenceOf(verification);
    expect(discrepancies).toMatchObject([{ type: "claim_contradicted", checkId: checks[0]?.id, closedAt: null }]);
    expect(alerts).toMatchObject([{ rule: "discrepancy.claim_contradicted", discrepancyId: discrepancies[0]?.id }]);
    expect(s.raised.filter((alert) => alert.verificationId === verification.id)).toMatchObject([{ id: alerts[0]?.id }]);
  });

  test("that comes after the window has lapsed still settles an expired session", async () => {
    const verification = await givenDue({ status: "expired" }, "2026-03-01T12:00:00.000Z");
    await check(verification, { checkResult: [passedAnswer] });
    expect(await s.reload(verification)).toMatchObject({ status: "passed", passed: true, confirmedAt: s.now() });
    expect((await evidenceOf(verification)).transitions).toMatchObject([{ from: "expired", to: "passed" }]);
  });
});

describe("an answer that is not final", () => {
  test.each(["P", "", "y", "T", "true", "Yes", undefined])("passed %j is no verdict", async (passed) => {
    const verification = await givenDue();
    await check(verification, { checkResult: [ok({ ...(passed !== undefined && { passed }), subCode: "200" })] });

    const row = await s.reload(verification);
    expect(row).toMatchObject({ status: "awaiting", passed: null, checkCount: 1, askingUntil: null });
    expect(clock(row.nextCheckAt)).toBe("10:03:00.000");
    const { checks, transitions } = await evidenceOf(verification);
    expect(checks).toMatchObject([{ kind: "pending", passed: null, subCode: null }]);
    expect(transitions).toEqual([]);
  });

  test("makes a silent session wait for the next moment of its schedule, the last one being the deadline", async () => {
    const verification = await givenDue();
    const asked: (string | undefined)[] = [];
    for (let row = verification; row.status === "awaiting"; row = await s.reload(verification)) {
      s.at(row.nextCheckAt ?? "never");
      asked.push(clock(s.now()));
      await check(verification, { checkResult: [pending], checkVerifyLog: [interrupted] });
    }
    expect(asked).toEqual(["10:01:00.000", "10:03:00.000", "10:07:00.000", "10:15:00.000", DEADLINE.slice(11, 23)]);
    expect(await s.reload(verification)).toMatchObject({ status: "expired", checkCount: asked.length + 1 });
  });

  test("makes a claimed session wait for the next moment after its claim", async () => {
    const verification = await givenDue(YES, "2026-03-01T10:05:00.000Z");
    const asked: (string | undefined)[] = [];
    for (let question = 0; question < 6; question++) {
      await check(verification, { checkResult: [pending] });
      const { nextCheckAt } = await s.reload(verification);
      asked.push(clock(nextCheckAt));
      s.at(nextCheckAt ?? "never");
    }
    expect(asked).toEqual(
      ["10:05:01", "10:05:02", "10:05:04", "10:05:08", "10:05:15", "10:05:30"].map((at) => `${at}.000`),
    );
  });

  test("that the provider does not know the transaction yet is no end either", async () => {
    const verification = await givenDue();
    await check(verification, { checkResult: [gone] });
    const row = await s.reload(verification);
    expect(row.status).toBe("awaiting");
    expect(clock(row.nextCheckAt)).toBe("10:03:00.000");
    expect((await evidenceOf(verification)).checks).toMatchObject([{ kind: "gone", code: "TransactionIdInvalid" }]);
  });

  test("for an expired session whose callback said otherwise leaves a discrepancy once its schedule is through", async () => {
    const claimed = { status: "expired", ...YES, claimedAt: new Date("2026-03-01T11:00:00.000Z") } as const;
    const verification = await givenDue(claimed, "2026-03-01T11:00:00.000Z");
    let questions = 0;
    for (let next: Date | null = s.now(); next; next = (await s.reload(verification)).nextCheckAt) {
      s.at(next);
      questions += 1;
      await check(verification, { checkResult: [pending] });
    }
    // The first one, those of the schedule, and the last one before the provider deletes the result.
    expect(questions).toBe(1 + DEFAULT_POLICY.claimedOffsets.length + 1);
    const { discrepancies, transitions } = await evidenceOf(verification);
    expect(discrepancies).toMatchObject([{ type: "claim_contradicted" }]);
    expect(transitions).toEqual([]);
  });
});

describe("at the deadline", () => {
  test.each([
    { log: interrupted, walkAway: { progress: "interrupted", errorCode: "1006", page: "FACE" } },
    { log: ok({ verifyStatus: "2" }), walkAway: { progress: "not_started", errorCode: null, page: null } },
    { log: ok({ verifyStatus: "7" }), walkAway: { progress: "unknown", errorCode: null, page: null } },
    { log: ok({}), walkAway: { progress: "unknown", errorCode: null, page: null } },
    { log: gone, walkAway: { progress: "unknown", errorCode: null, page: null } },
    { log: pending, walkAway: { progress: "unknown", errorCode: null, page: null } },
  ])(
    "the log is asked, and a session it does not call finished expires: $walkAway.progress",
    async ({ log, walkAway }) => {
      const verification = await givenDue({}, DEADLINE);
      const { operations } = await check(verification, { checkResult: [pending], checkVerifyLog: [log] });

      expect(operations).toEqual(["CheckResult", "CheckVerifyLog"]);
      expect(await s.reload(verification)).toMatchObject({
        status: "expired",
        walkAway,
        outcomeSource: "verify_log",
        nextCheckAt: null,
        checkCount: 2,
        passed: null,
      });
      const { checks, transitions } = await evidenceOf(verification);
      const byLog = checks.find((row) => row.operation === "CheckVerifyLog");
      expect(checks.map((row) => row.kind).sort()).toEqual(["log", "pending"]);
      expect(transitions).toMatchObject([{ to: "expired", cause: "window_lapsed", checkId: byLog?.id }]);
    },
  );

  test("a result the provider has after all needs no log", async () => {
    const verification = await givenDue({}, DEADLINE);
    const { operations } = await check(verification, { checkResult: [passedAnswer] });
    expect(operations).toEqual(["CheckResult"]);
    expect((await s.reload(verification)).status).toBe("passed");
  });

  test("a transaction the provider no longer knows is looked up in the log as well", async () => {
    const verification = await givenDue({}, DEADLINE);
    await check(verification, { checkResult: [gone], checkVerifyLog: [interrupted] });
    expect((await s.reload(verification)).status).toBe("expired");
  });

  test("a session that ends unfinished although a callback said it passed leaves a discrepancy", async () => {
    const verification = await givenDue(YES, DEADLINE);
    await check(verification, { checkResult: [pending], checkVerifyLog: [interrupted] });
    expect((await s.reload(verification)).status).toBe("expired");
    for (let row = await s.reload(verification); row.nextCheckAt; row = await s.reload(verification)) {
      s.at(row.nextCheckAt);
      await check(verification, { checkResult: [pending] });
    }
    expect((await evidenceOf(verification)).discrepancies).toMatchObject([{ type: "claim_contradicted" }]);
  });

  test("a session the log calls finished is asked about again, until its result is there", async () => {
    const verification = await givenDue({}, DEADLINE);
    await check(verification, { checkResult: [pending], checkVerifyLog: [finished] });
    const row = await s.reload(verification);
    expect(row.status).toBe("awaiting");
    expect(clock(row.nextCheckAt)).toBe("10:32:05.000");

    s.at(row.nextCheckAt ?? "never");
    await check(verification, { checkResult: [passedAnswer] });
    expect((await s.reload(verification)).status).toBe("passed");
  });

  test("a log that is refused for good ends the session all the same, with the reason unknown", async () => {
    const verification = await givenDue({}, DEADLINE);
    await check(verification, { checkResult: [pending], checkVerifyLog: [refused("Forbidden.RAMUserAccessDenied")] });
    expect(await s.reload(verification)).toMatchObject({ status: "expired", walkAway: { progress: "unknown" } });
  });

  test.each([down, throttled(null)])(
    "a log that cannot be had now ($code) leaves the session open, to be asked about later",
    async (log) => {
      const verification = await givenDue({}, DEADLINE);
      await check(verification, { checkResult: [pending], checkVerifyLog: [log] });
      const row = await s.reload(verification);
      expect(row).toMatchObject({ status: "awaiting", walkAway: null, askingUntil: null });
      expect(row.nextCheckAt?.getTime()).toBeGreaterThan(s.now().getTime());
      expect((await evidenceOf(verification)).checks).toHaveLength(2);

      s.at(row.nextCheckAt ?? "never");
      await check(verification, { checkResult: [pending], checkVerifyLog: [interrupted] });
      expect((await s.reload(verification)).status).toBe("expired");
    },
  );

  test("a session without transaction id ends as never confirmed, and nobody is asked", async () => {
    const verification = await givenVerification(s.db, { status: "initializing", createdAt: new Date(START) });
    s.at(DEADLINE);
    const { asked, operations } = await check(verification, {});

    expect([asked, operations]).toEqual([true, []]);
    expect(await s.reload(verification)).toMatchObject({
      status: "init_failed",
      outcomeSource: "schedule",
      errorCode: null,
      nextCheckAt: null,
      askingUntil: null,
    });
    const { transitions } = await evidenceOf(verification);
    expect(transitions).toMatchObject([{ from: "initializing", to: "init_failed", cause: "initialize_unanswered" }]);
  });

  test("a claimed session whose transaction turned out to be another's ends as well, and nobody is asked", async () => {
    const verification = await givenDue({ ...YES, transactionId: null, transactionSource: null });
    expect((await check(verification, {})).operations).toEqual([]);
    const row = await s.reload(verification);
    expect([row.status, clock(row.nextCheckAt), row.askingUntil]).toEqual(["claimed", DEADLINE.slice(11, 23), null]);

    s.at(DEADLINE);
    expect((await check(verification, {})).operations).toEqual([]);
    expect(await s.reload(verification)).toMatchObject({ status: "expired", passed: null, nextCheckAt: null });
  });

  test("a session without transaction id stays open until then", async () => {
    const verification = await givenVerification(s.db, { status: "initializing", createdAt: new Date(START) });
    s.at("2026-03-01T10:31:59.000Z");
    expect((await check(verification, {})).asked).toBe(false);
    expect((await s.reload(verification)).status).toBe("initializing");
  });

  test("thirty days later, when the provider has deleted every result, an open session is unresolvable", async () => {
    const verification = await givenDue({}, A_MONTH_LATER);
    const { operations } = await check(verification, { checkResult: [gone] });
    expect(operations).toEqual(["CheckResult"]);
    expect(await s.reload(verification)).toMatchObject({
      status: "unresolvable",
      outcomeSource: "schedule",
      nextCheckAt: null,
    });
    expect((await evidenceOf(verification)).transitions).toMatchObject([{ cause: "retention_lapsed" }]);
  });
});

describe("a provider that does not answer", () => {
  test.each([down, throttled(60_000), refused("Forbidden.AccountAccessDenied")])(
    "in thirty days ($code) leaves nothing to ask for: the session is unresolvable",
    async (answer) => {
      const verification = await givenDue({}, "2026-03-31T10:29:59.000Z");
      await check(verification, { checkResult: [answer] });
      const row = await s.reload(verification);
      expect(row.status).toBe("awaiting");
      s.at(row.nextCheckAt ?? "never");
      await check(verification, { checkResult: [answer] });
      expect(await s.reload(verification)).toMatchObject({ status: "unresolvable", nextCheckAt: null });
    },
  );

  test.each([down, throttled(45_000), throttled(null), refused("Forbidden.RAMUserAccessDenied")])(
    "to anybody ($code) is no trouble of this verification: it stays due, and every try is on record",
    async (answer) => {
      const verification = await givenDue();
      const pauses: number[] = [];
      for (let question = 0; question < 4; question++) {
        await check(verification, { checkResult: [answer] }, { random: () => 1 });
        const { nextCheckAt } = await s.reload(verification);
        pauses.push(((nextCheckAt?.getTime() ?? 0) - s.now().getTime()) / 1000);
        s.at(nextCheckAt ?? "never");
      }
      expect(pauses).toEqual([2, 2, 2, 2]);
      expect(await s.reload(verification)).toMatchObject({ status: "awaiting", troubleCount: 0, checkCount: 4 });
      const kind = answer.kind === "configuration" ? "refused" : "unavailable";
      expect((await evidenceOf(verification)).checks.map((row) => row.kind)).toEqual(Array(4).fill(kind));
    },
  );

  test("that refuses this question alone is asked again after pauses that double up to an hour", async () => {
    const verification = await givenDue();
    const pauses: number[] = [];
    for (let question = 0; question < 13; question++) {
      await check(verification, { checkResult: [refused("InvalidParameter")] }, { random: () => 1 });
      const { nextCheckAt } = await s.reload(verification);
      pauses.push(((nextCheckAt?.getTime() ?? 0) - s.now().getTime()) / 1000);
      s.at(nextCheckAt ?? "never");
    }
    expect(pauses).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600]);
    expect(await s.reload(verification)).toMatchObject({ status: "awaiting", troubleCount: 13 });
  });

  test("is not asked by everybody at the same moment again", async () => {
    const pauses = [];
    for (const random of [0, 0.5, 1]) {
      const verification = await givenDue();
      await check(verification, { checkResult: [down] }, { random: () => random });
      pauses.push(clock((await s.reload(verification)).nextCheckAt));
    }
    expect(pauses).toEqual(["10:01:01.000", "10:01:01.500", "10:01:02.000"]);
  });

  test("but answers again is asked by the schedule, as if nothing had been", async () => {
    const verification = await givenDue();
    await check(verification, { checkResult: [down] });
    s.at((await s.reload(verification)).nextCheckAt ?? "never");
    await check(verification, { checkResult: [pending] });
    const row = await s.reload(verification);
    expect(row).toMatchObject({ troubleCount: 0, checkCount: 2 });
    expect(clock(row.nextCheckAt)).toBe("10:03:00.000");
  });
});

describe("who asks", () => {
  test("two at once ask the provider once", async () => {
    const verification = await givenDue();
    const second = Promise.withResolvers<unknown>();
    const provider = scriptedProvider({ checkResult: [() => second.promise.then(() => passedAnswer)] });

    const first = s.check(verification, provider.client);
    // The first one is past its lease once it asks, and it gets no answer before the second one has ended.
    while (provider.calls.length === 0) await s.reload(verification);
    expect(await s.check(verification, provider.client)).toBe(false);
    second.resolve(null);
    expect(await first).toBe(true);
    expect(provider.calls).toHaveLength(1);
    expect((await s.reload(verification)).status).toBe("passed");
  });

  test("a process that died while asking holds the question up until its lease ends, no longer", async () => {
    const verification = await givenDue({ askingUntil: null });
    const dying = check(verification, {
      checkResult: [async () => Promise.reject(new Error("The process dies here."))],
    });
    await expect(dying).rejects.toThrow();

    s.pass(30);
    expect((await check(verification, {})).asked).toBe(false);
    s.pass(1);
    expect((await check(verification, { checkResult: [passedAnswer] })).asked).toBe(true);
  });

  test.each(["passed", "failed", "init_failed", "unresolvable", "voided"] as const)(
    "nobody asks about a verification that is %s",
    async (status) => {
      const verification = await givenVerification(s.db, { status, createdAt: s.now(), nextCheckAt: null });
      expect(await check(verification, {})).toMatchObject({ asked: false, operations: [] });
      expect(await s.reload(verification)).toEqual(verification);
    },
  );
});

describe("a race", () => {
  /** The user's callback arrives and is decided. */
  const callbackArrives = async (verification: Verification, claim: { passed: boolean; subCode: string }) => {
    const receiptId = await s.receive(verification, claim);
    await reconcileReceipts(s.deps, [receiptId]);
    return receiptId;
  };

  test("with a callback is decided on what the callback left", async () => {
    const verification = await givenDue();
    const whileAsking = async () => {
      await callbackArrives(verification, { passed: true, subCode: "200" });
      return failedAnswer;
    };
    await check(verification, { checkResult: [whileAsking] });

    expect(await s.reload(verification)).toMatchObject({ status: "failed", claimPassed: true, checkCount: 1 });
    const { checks, transitions, discrepancies } = await evidenceOf(verification);
    expect(transitions.map((move) => `${move.from} → ${move.to}`)).toEqual(["awaiting → claimed", "claimed → failed"]);
    expect(discrepancies).toMatchObject([{ type: "claim_contradicted" }]);
    expect(checks).toHaveLength(1);
  });

  test("with a callback while the provider still computes asks again soon after the claim", async () => {
    const verification = await givenDue();
    const whileAsking = async () => {
      await callbackArrives(verification, { passed: true, subCode: "200" });
      return pending;
    };
    await check(verification, { checkResult: [whileAsking] });
    const row = await s.reload(verification);
    expect(row.status).toBe("claimed");
    expect(clock(row.nextCheckAt)).toBe("10:01:01.000");
  });

  test("with the first callback of a silent session lets it be asked about at once", async () => {
    const verification = await givenVerification(s.db, { status: "initializing", createdAt: new Date(START) });
    s.at(DEADLINE);
    const arrives = () =>
      callbackArrives({ ...verification, transactionId: "hks-late" }, { passed: true, subCode: "200" });
    const deps = { db: overtaken(s.db, arrives) };
    await check(verification, {}, deps);

    expect(await s.reload(verification)).toMatchObject({ status: "claimed", transactionId: "hks-late" });
    const { asked } = await check(verification, { checkResult: [passedAnswer] });
    expect(asked).toBe(true);
    expect((await s.reload(verification)).status).toBe("passed");
  });

  test.each([passedAnswer, failedAnswer, pending, down])(
    "with the provider's word that it is about another transaction keeps the answer as evidence and asks about the right one",
    async (answer) => {
      const verification = await givenDue({ ...YES, transactionSource: "callback" });
      const whileAsking = async () => {
        await s.db.sql`
          update verifications set transaction_id = ${`right-${verification.id}`}, version = version + 1
          where id = ${verification.id}`;
        return answer;
      };
      await check(verification, { checkResult: [whileAsking] });
      expect(await s.reload(verification)).toMatchObject({ status: "claimed", passed: null, nextCheckAt: s.now() });
      expect(await evidenceOf(verification)).toMatchObject({ checks: [{}], transitions: [], discrepancies: [] });

      const { calls } = await check(verification, { checkResult: [failedAnswer] });
      expect(calls).toMatchObject([{ request: { transactionId: `right-${verification.id}` } }]);
      expect((await s.reload(verification)).status).toBe("failed");
    },
  );

  test("with a person who voids it leaves nothing to ask, whatever the provider says", async () => {
    for (const answer of [down, pending, gone]) {
      const verification = await givenDue();
      const whileAsking = async () => {
        await s.voidNow(verification);
        return answer;
      };
      await check(verification, { checkResult: [whileAsking] });
      expect(await s.reload(verification)).toMatchObject({ status: "voided", nextCheckAt: null, askingUntil: null });
      expect((await evidenceOf(verification)).checks).toHaveLength(1);
    }
  });

  test("with a person who voids it keeps a verdict that came too late, as a discrepancy", async () => {
    const verification = await givenDue();
    const whileAsking = async () => {
      await s.voidNow(verification);
      return passedAnswer;
    };
    await check(verification, { checkResult: [whileAsking] });
    expect(await s.reload(verification)).toMatchObject({ status: "voided", passed: null });
    expect((await evidenceOf(verification)).discrepancies).toMatchObject([{ type: "result_after_end" }]);
  });

  test("that is lost again and again keeps the evidence and asks again in a second", async () => {
    const verification = await givenDue();
    const somebodyElse = () => s.db.sql`update verifications set version = version + 1 where id = ${verification.id}`;
    const deps = { db: overtaken(s.db, somebodyElse, 5) };
    await check(verification, { checkResult: [passedAnswer] }, deps);

    const row = await s.reload(verification);
    expect(row).toMatchObject({ status: "awaiting", askingUntil: null });
    expect(clock(row.nextCheckAt)).toBe("10:01:01.000");
    expect((await evidenceOf(verification)).checks).toMatchObject([{ kind: "verdict", passed: true }]);

    s.at(row.nextCheckAt ?? "never");
    await check(verification, { checkResult: [passedAnswer] });
    expect((await s.reload(verification)).status).toBe("passed");
  });
});
