import { inTransaction, loadEvidence, lockTransactions, type Verification } from "@verdict/db";
import { givenVerification, until } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reconcileReceipts } from "../src/reconcile-receipts.ts";
import { type RegisterRequest, registerVerification } from "../src/register-verification.ts";
import { verificationTimeline } from "../src/verification-timeline.ts";
import { ok, scriptedProvider, setup } from "./support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const passed = { passed: true, subCode: "200" };
const failed = { passed: false, subCode: "204" };

/** A session of another system: its token names an id that we do not have. */
const givenStranger = (route = "default") =>
  ({ id: s.newId(), route, transactionId: `hks-${s.newId()}` }) as Verification & { transactionId: string };

/** A callback of such a session that was decided before anybody registered it. */
async function givenQuarantined(stranger: Verification, claim = passed): Promise<string> {
  const receiptId = await s.receive(stranger, claim);
  await reconcileReceipts(s.deps, [receiptId]);
  return receiptId;
}

const requestFor = ({ transactionId }: { transactionId: string }, changes: Partial<RegisterRequest> = {}) => ({
  product: "FACE_VERIFY" as const,
  transactionId,
  merchantBizId: s.newId().replaceAll("-", ""),
  initializedAt: new Date(s.now().getTime() - 10_000),
  ...changes,
});

const deps = () => ({ ...s.deps, ttl: 1_800, pepper: "a pepper that only tests know", opaqueTokens: () => true });

async function register(request: RegisterRequest, route = "default"): Promise<Verification> {
  const result = await registerVerification(deps(), route, request);
  if (result.outcome !== "registered") throw new Error(`It was not registered: ${result.outcome}`);
  return result.verification;
}

const raisedFor = ({ id }: { id: string }) => s.raised.filter((alert) => alert.verificationId === id);

test("a session that is registered after its callback is claimed by it and asked about at once", async () => {
  const stranger = givenStranger();
  const receiptId = await givenQuarantined(stranger);
  const receivedAt = s.now();
  s.pass(30);
  const verification = await register(requestFor(stranger));

  expect(verification).toEqual(await s.reload(verification));
  expect(verification).toMatchObject({
    status: "claimed",
    version: 2,
    claimPassed: true,
    claimSubCode: "200",
    claimedAt: receivedAt,
    nextCheckAt: s.now(),
    passed: null,
  });
  const { transitions, discrepancies } = await loadEvidence(s.db, verification);
  expect(transitions).toMatchObject([
    { version: 1, to: "awaiting", cause: "registered", receiptId: null },
    { version: 2, from: "awaiting", to: "claimed", cause: "callback", receiptId, actor: "api" },
  ]);
  expect(discrepancies).toEqual([]);

  const { client } = scriptedProvider({ checkResult: [ok({ passed: "Y", subCode: "200" })] });
  expect(await s.check(verification, client)).toBe(true);
  expect((await s.reload(verification)).status).toBe("passed");
});

test("the receipt stays as it came, and what was opened about it is closed with the reason", async () => {
  const stranger = givenStranger();
  const receiptId = await givenQuarantined(stranger);
  const before = await s.db.sql`select receipts::text as row from receipts where id = ${receiptId}`;
  const { id } = await register(requestFor(stranger));

  expect(await s.db.sql`select receipts::text as row from receipts where id = ${receiptId}`).toEqual(before);
  const { discrepancies, alerts } = await loadEvidence(s.db, stranger);
  const reason = `adopted by ${id}`;
  expect(discrepancies).toMatchObject([
    { type: "unknown_transaction", closedAt: s.now(), closedBy: "api", closingReason: reason },
  ]);
  expect(alerts).toMatchObject([{ status: "resolved", resolvedAt: s.now(), resolution: reason }]);
});

test("the timeline of the session shows the callback that was adopted", async () => {
  const stranger = givenStranger();
  const receiptId = await givenQuarantined(stranger);
  const timeline = await verificationTimeline(s.db, await register(requestFor(stranger)));
  expect(timeline).toMatchObject([
    { type: "receipt", id: receiptId, passed: true, subCode: "200" },
    { type: "transition", cause: "registered" },
    { type: "transition", cause: "callback", receiptId },
  ]);
});

test("of two callbacks that disagree the first one is the claim, and the other a mutated replay", async () => {
  const stranger = givenStranger();
  await givenQuarantined(stranger, failed);
  s.pass(1);
  const replay = await givenQuarantined(stranger, passed);
  const verification = await register(requestFor(stranger));

  expect(verification).toMatchObject({ status: "claimed", claimPassed: false, claimSubCode: "204" });
  const { receipts, discrepancies, alerts } = await loadEvidence(s.db, verification);
  expect(receipts).toMatchObject([failed, passed]);
  expect(discrepancies).toMatchObject([{ type: "mutated_replay", receiptId: replay, closedAt: null }]);
  expect(alerts).toMatchObject([{ rule: "discrepancy.mutated_replay", status: "open" }]);
  expect(raisedFor(verification)).toMatchObject([{ rule: "discrepancy.mutated_replay" }]);
  const strangers = await loadEvidence(s.db, stranger);
  expect(strangers.discrepancies.map(({ closingReason }) => closingReason)).toEqual(
    Array(2).fill(`adopted by ${verification.id}`),
  );
});

test("a callback of another route is nobody's here, though its transaction has the same name", async () => {
  const stranger = givenStranger("branch");
  await givenQuarantined(stranger);
  const verification = await register(requestFor(stranger));

  expect(verification).toMatchObject({ status: "awaiting", claimPassed: null });
  expect((await loadEvidence(s.db, stranger)).discrepancies).toMatchObject([{ closedAt: null }]);

  expect(await register(requestFor(stranger), "branch")).toMatchObject({ route: "branch", status: "claimed" });
});

test("a callback that a person has dealt with is left as that person left it", async () => {
  const stranger = givenStranger();
  const receiptId = await givenQuarantined(stranger);
  await s.db.sql`
    update discrepancies set closed_at = now(), closed_by = 'alice', closing_reason = 'a forgery'
    where receipt_id = ${receiptId}`;
  expect(await register(requestFor(stranger))).toMatchObject({ status: "awaiting", claimPassed: null });
  expect((await loadEvidence(s.db, stranger)).discrepancies).toMatchObject([{ closingReason: "a forgery" }]);
});

test("the same registration many times at once adopts once", async () => {
  const stranger = givenStranger();
  await givenQuarantined(stranger);
  const request = requestFor(stranger);
  const results = await Promise.all(Array.from({ length: 6 }, () => registerVerification(deps(), "default", request)));
  expect(results.map(({ outcome }) => outcome).sort()).toEqual(["registered", ...Array(5).fill("repeated")].sort());

  const [verification] = results.flatMap((result) => ("verification" in result ? result.verification : []));
  if (!verification) throw new Error("Nothing was registered.");
  expect((await loadEvidence(s.db, verification)).transitions).toHaveLength(2);
  expect(await s.reload(verification)).toMatchObject({ status: "claimed", version: 2 });
});

test("a registration that another stands in the way of leaves the callback in quarantine", async () => {
  const stranger = givenStranger();
  await givenQuarantined(stranger);
  const { merchantBizId } = await givenVerification(s.db, { createdAt: s.now() });
  const result = await registerVerification(deps(), "default", requestFor(stranger, { merchantBizId }));
  expect(result).toMatchObject({ outcome: "conflict", field: "merchantBizId" });
  expect((await loadEvidence(s.db, stranger)).discrepancies).toMatchObject([{ closedAt: null }]);
});

test("an adoption that cannot be written leaves no registration behind", async () => {
  const stranger = givenStranger();
  const receiptId = await givenQuarantined(stranger);
  await s.db.sql.unsafe(`alter table transitions add constraint poison check (receipt_id <> '${receiptId}')`);
  const request = requestFor(stranger);
  await expect(register(request)).rejects.toThrow();
  await s.db.sql`alter table transitions drop constraint poison`;
  expect((await loadEvidence(s.db, stranger)).discrepancies).toMatchObject([{ closedAt: null }]);
  expect(await register(request)).toMatchObject({ status: "claimed" });
});

test("a callback that comes after its session was registered claims it, and is never set aside", async () => {
  const stranger = givenStranger();
  const verification = await register(requestFor(stranger));
  s.rung.length = 0;
  const receiptId = await givenQuarantined(stranger);

  expect(await s.reload(verification)).toMatchObject({ status: "claimed", claimPassed: true, nextCheckAt: s.now() });
  expect(s.rung).toEqual(["default"]);
  const { transitions, receipts } = await loadEvidence(s.db, verification);
  expect(transitions).toMatchObject([{ cause: "registered" }, { cause: "callback", receiptId, actor: "worker" }]);
  expect(receipts).toMatchObject([{ id: receiptId }]);
  expect((await loadEvidence(s.db, stranger)).discrepancies).toEqual([]);
});

test("a mutation that comes after the adoption is told of under the session", async () => {
  const stranger = givenStranger();
  await givenQuarantined(stranger);
  const verification = await register(requestFor(stranger));
  const replay = await givenQuarantined(stranger, failed);
  expect((await loadEvidence(s.db, verification)).discrepancies).toMatchObject([
    { type: "mutated_replay", receiptId: replay },
  ]);
  expect(await s.reload(verification)).toMatchObject({ status: "claimed", claimPassed: true });
});

test("a session of our own is not claimed under a token that names another", async () => {
  const own = await givenVerification(s.db, { createdAt: s.now() });
  const stranger = { ...givenStranger(), transactionId: own.transactionId ?? "" };
  await givenQuarantined(stranger);
  expect(await s.reload(own)).toEqual(own);
  expect((await loadEvidence(s.db, stranger)).discrepancies).toMatchObject([{ type: "unknown_transaction" }]);
});

test("a callback and the registration of its session at the same moment: it is claimed, once, and nothing is left open", async () => {
  const strangers = Array.from({ length: 24 }, () => givenStranger());
  const receiptIds = await Promise.all(strangers.map((stranger) => s.receive(stranger, passed)));
  const [verifications] = await Promise.all([
    Promise.all(strangers.map((stranger) => register(requestFor(stranger)))),
    ...receiptIds.map((receiptId) => reconcileReceipts(s.deps, [receiptId])),
    reconcileReceipts(s.deps, receiptIds),
  ]);

  for (const [index, verification] of verifications.entries()) {
    expect(await s.reload(verification)).toMatchObject({ status: "claimed", nextCheckAt: s.now() });
    const { transitions } = await loadEvidence(s.db, verification);
    expect(transitions.map(({ receiptId }) => receiptId)).toEqual([null, receiptIds[index]]);
    const { discrepancies } = await loadEvidence(s.db, strangers[index] ?? verification);
    expect(discrepancies.filter(({ closedAt }) => closedAt === null)).toEqual([]);
  }
  expect(s.poison).toEqual([]);
});

test("a callback found unknown while its session is being registered waits for that, and is not set aside", async () => {
  const stranger = givenStranger();
  const receiptId = await s.receive(stranger, passed);
  const waiting = async () => {
    const [row] = await s.db.sql`
      select count(*)::int as count from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`;
    return row?.count === 1;
  };
  const registering = Promise.withResolvers<void>();
  const held = inTransaction(s.db, async (tx) => {
    await lockTransactions(tx, [stranger]);
    registering.resolve();
    await until(waiting);
    return registerVerification({ ...deps(), db: tx }, "default", requestFor(stranger));
  });
  await registering.promise;
  await reconcileReceipts(s.deps, [receiptId]);

  const result = await held;
  if (result.outcome !== "registered") throw new Error(`It was not registered: ${result.outcome}`);
  expect(await s.reload(result.verification)).toMatchObject({ status: "claimed", claimPassed: true });
  expect((await loadEvidence(s.db, stranger)).discrepancies).toEqual([]);
});

test("a callback whose session never got Initialize's answer heals it, and the session ends as the provider says", async () => {
  const verification = await givenVerification(s.db, { status: "initializing", createdAt: s.now() });
  s.pass(1);
  const receiptId = await s.receive(verification, passed, { transactionId: "hks-healed" });
  await reconcileReceipts(s.deps, [receiptId]);

  const { client, calls } = scriptedProvider({ checkResult: [ok({ passed: "N", subCode: "204" })] });
  await s.check(verification, client);
  expect(calls).toMatchObject([{ request: { transactionId: "hks-healed" } }]);
  expect(await s.reload(verification)).toMatchObject({
    status: "failed",
    transactionSource: "callback",
    passed: false,
  });
  const { transitions, discrepancies } = await loadEvidence(s.db, verification);
  expect(transitions.map(({ from, to }) => `${from} → ${to}`)).toEqual(["initializing → claimed", "claimed → failed"]);
  expect(discrepancies).toMatchObject([{ type: "claim_contradicted" }]);
});
