import { acknowledgeAlert, insertReceipts, resolveAlert, type Verification } from "@verdict/db";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeVerification } from "../src/describe-verification.ts";
import { reconcileReceipts } from "../src/reconcile-receipts.ts";
import { verificationTimeline } from "../src/verification-timeline.ts";
import { givenRow, ok, pending, scriptedProvider, setup } from "./support.ts";

const UNSAID = { passed: null, subCode: null, known: false, page: null, code: null };

describe("a verification as the API shows it", () => {
  test("a fresh session has no claim, no outcome and no error, and says what happens next", () => {
    expect(describeVerification(givenRow())).toEqual({
      id: "019cb9f2-7a40-7c10-8a55-2f9e0d6b1c3a",
      route: "default",
      product: "FACE_VERIFY",
      status: "awaiting",
      passed: null,
      subCode: null,
      explanation:
        "Waiting for the user, who can finish until 2026-03-01T10:30:00.000Z. The provider is asked next at 2026-03-01T10:01:00.000Z.",
      because: [
        { ...UNSAID, key: "awaits_user", at: "2026-03-01T10:30:00.000Z" },
        { ...UNSAID, key: "asked_next", at: "2026-03-01T10:01:00.000Z" },
      ],
      merchantBizId: "order1",
      sceneCode: null,
      transactionId: "hks-1",
      claim: null,
      outcome: null,
      walkAway: null,
      error: null,
      checkCount: 0,
      checkedAt: null,
      nextCheckAt: "2026-03-01T10:01:00.000Z",
      createdAt: "2026-03-01T10:00:00.000Z",
      expiresAt: "2026-03-01T10:30:00.000Z",
      updatedAt: "2026-03-01T10:00:00.000Z",
      version: 3,
    });
  });

  test("a claim is no result", () => {
    const claimedAt = new Date("2026-03-01T10:05:00.000Z");
    const claimed = givenRow({ status: "claimed", claimPassed: true, claimSubCode: "200", claimedAt });
    expect(describeVerification(claimed)).toMatchObject({
      status: "claimed",
      passed: null,
      subCode: null,
      outcome: null,
      claim: { passed: true, subCode: "200", receivedAt: "2026-03-01T10:05:00.000Z" },
    });
  });

  test("an outcome says who told it and when", () => {
    const at = new Date("2026-03-01T10:06:00.000Z");
    const row = givenRow({
      status: "failed",
      passed: false,
      subCode: "205",
      outcomeSource: "check_result",
      confirmedAt: at,
    });
    const view = describeVerification({ ...row, checkedAt: at, checkCount: 2, nextCheckAt: null });
    expect(view).toMatchObject({
      passed: false,
      subCode: "205",
      outcome: { source: "check_result", confirmedAt: "2026-03-01T10:06:00.000Z" },
      checkedAt: "2026-03-01T10:06:00.000Z",
      checkCount: 2,
      nextCheckAt: null,
    });
    expect(view.explanation).toContain("liveness risk");
  });

  test("a refusal shows the provider's own code and words", () => {
    const row = givenRow({
      status: "init_failed",
      errorCode: "InvalidParameter",
      errorMessage: "DocType",
      nextCheckAt: null,
    });
    expect(describeVerification(row).error).toEqual({ code: "InvalidParameter", message: "DocType" });
  });

  test("hashes, leases and the device's protocol stay inside", () => {
    const row = givenRow({
      merchantUserHash: "a-hash",
      requestHash: "a-hash",
      protocol: "a-protocol",
    });
    expect(JSON.stringify(describeVerification(row))).not.toMatch(/a-hash|a-protocol|asking|lane/i);
  });
});

const claim = { passed: true, subCode: "200" };

/** An entry of the timeline in a few words. */
function brief(item: Awaited<ReturnType<typeof verificationTimeline>>[number]): string {
  switch (item.type) {
    case "action":
      return item.action;
    case "receipt":
      return `${item.passed ? "yes" : "no"} ${item.subCode}, copies ${item.copies}`;
    case "check":
      return `${item.operation}: ${item.kind}`;
    case "transition":
      return `${item.from} → ${item.to}`;
    case "discrepancy":
      return `! ${item.discrepancy}`;
    case "alert":
      return `!! ${item.rule}`;
  }
}

describe("the timeline", () => {
  let s: Awaited<ReturnType<typeof setup>>;
  beforeAll(async () => {
    s = await setup();
  });
  afterAll(() => s.database.drop());

  test("tells everything on record in the order it happened, evidence before what it caused", async () => {
    const verification = await givenVerification(s.db, { createdAt: s.now(), nextCheckAt: s.now() });
    const provider = scriptedProvider({ checkResult: [pending, ok({ passed: "N", subCode: "204" })] });
    await s.check(verification, provider.client);
    s.pass(10);
    const receiptId = await s.receive(verification, claim);
    await reconcileReceipts(s.deps, [receiptId]);
    await s.receive(verification, claim);
    await s.check(verification, provider.client);
    s.pass(10);
    const mutated = await s.receive(verification, { passed: true, subCode: "201" });
    await reconcileReceipts(s.deps, [mutated]);

    const timeline = await verificationTimeline(s.db, await s.reload(verification));
    const told = timeline.map(brief);
    expect(told).toEqual([
      "CheckResult: pending",
      "yes 200, copies 1",
      "CheckResult: verdict",
      "awaiting → claimed",
      "claimed → failed",
      "! claim_contradicted",
      "!! discrepancy.claim_contradicted",
      "yes 201, copies 0",
      "! mutated_replay",
      "!! discrepancy.mutated_replay",
    ]);
    expect(timeline.map((item) => item.at)).toEqual(timeline.map((item) => item.at).toSorted());
    expect(timeline).toContainEqual(expect.objectContaining({ type: "transition", to: "claimed", receiptId }));
    expect(timeline).toContainEqual(expect.objectContaining({ discrepancy: "mutated_replay", receiptId: mutated }));
  });

  test("holds nothing of another verification", async () => {
    const one = await givenVerification(s.db, { createdAt: s.now() });
    const other = await givenVerification(s.db, { createdAt: s.now() });
    await reconcileReceipts(s.deps, [await s.receive(other, { passed: true, subCode: "200" })]);
    expect(await verificationTimeline(s.db, one)).toEqual([]);
  });

  test("says by which store a callback came, and whether it was late", async () => {
    const verification = await givenVerification(s.db, { createdAt: s.now() });
    const receipt = {
      id: s.newId(),
      route: "default",
      verificationId: verification.id,
      transactionId: "tx",
      passed: true,
      subCode: "200",
      keyId: "k1",
      late: true,
      extra: null,
      receivedAt: s.now(),
    };
    await insertReceipts(s.db, [receipt], "queue", s.now());
    expect(await verificationTimeline(s.db, verification)).toMatchObject([
      { type: "receipt", sink: "queue", late: true, timing: "late" },
    ]);
  });

  test("shows an alert with the discrepancy it is about, and what became of it", async () => {
    const verification = await givenVerification(s.db, { createdAt: s.now() });
    await reconcileReceipts(s.deps, [await s.receive(verification, claim, { transactionId: "somebody-elses" })]);
    const timeline = () => verificationTimeline(s.db, verification);
    const [, discrepancy, alert] = await timeline();
    expect(alert).toEqual({
      type: "alert",
      at: s.now().toISOString(),
      id: expect.any(String),
      rule: "discrepancy.transaction_mismatch",
      severity: "critical",
      status: "open",
      discrepancyId: discrepancy?.type === "discrepancy" && discrepancy.id,
      acknowledgedAt: null,
      resolvedAt: null,
    });

    const id = alert?.type === "alert" ? alert.id : "";
    await acknowledgeAlert(s.db, id, "ann", new Date("2026-03-01T11:00:00Z"));
    await resolveAlert(s.db, id, { by: "ann", at: new Date("2026-03-01T12:00:00Z"), reason: "our own test" });
    expect(await timeline()).toContainEqual(
      expect.objectContaining({
        id,
        status: "resolved",
        acknowledgedAt: "2026-03-01T11:00:00.000Z",
        resolvedAt: "2026-03-01T12:00:00.000Z",
      }),
    );
  });

  describe("says of a callback", () => {
    /** How the callbacks of a verification came, in their order. */
    const timings = async (verification: Verification) =>
      (await verificationTimeline(s.db, await s.reload(verification))).flatMap((item) =>
        item.type === "receipt" ? { timing: item.timing, late: item.late } : [],
      );

    test("that it outran the answer to Initialize, whatever the clocks say", async () => {
      const verification = await givenVerification(s.db, { status: "initializing", createdAt: s.now() });
      const receivedAt = new Date(s.now().getTime() + 600_000);
      const early = await s.receive(verification, claim, { transactionId: "hks-timing-1", receivedAt });
      await reconcileReceipts(s.deps, [early]);
      expect(await timings(verification)).toEqual([{ timing: "early", late: false }]);
    });

    test("that it was early even if its token had expired; that stands beside it", async () => {
      const verification = await givenVerification(s.db, { status: "initializing", createdAt: s.now() });
      const early = await s.receive(verification, claim, { transactionId: "hks-timing-2", late: true });
      await reconcileReceipts(s.deps, [early]);
      expect(await timings(verification)).toEqual([{ timing: "early", late: true }]);
    });

    test("that it came in time or late, and only the one that moved the session can be early", async () => {
      const verification = await givenVerification(s.db, { status: "initializing", createdAt: s.now() });
      const second = (seconds: number) => new Date(s.now().getTime() + seconds * 1000);
      const about = (subCode: string, receivedAt: Date, late = false) =>
        s.receive(verification, { passed: false, subCode }, { transactionId: "hks-timing-3", receivedAt, late });
      await reconcileReceipts(s.deps, [
        await about("204", second(0)),
        await about("205", second(1)),
        await about("206", second(2), true),
      ]);
      expect((await timings(verification)).map(({ timing }) => timing)).toEqual(["early", "in_time", "late"]);
    });
  });
});
