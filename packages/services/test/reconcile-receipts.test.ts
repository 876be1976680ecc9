import { listTransitions, loadEvidence, openDatabase, type Verification } from "@verdict/db";
import { givenVerification, standGate } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reconcileReceipts } from "../src/reconcile-receipts.ts";
import { overtaken, setup } from "./support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const passed = { passed: true, subCode: "200" };
const failed = { passed: false, subCode: "204" };

const reload = (verification: Verification) => s.reload(verification);
const inboxSize = async (id: string) =>
  (await s.db.sql`select 1 from receipt_inbox join receipts on id = receipt_id where verification_id = ${id}`).length;

test("a callback claims its verification and makes the question to the provider due at once", async () => {
  const verification = await givenVerification(s.db, { createdAt: s.now() });
  const receiptId = await s.receive(verification, passed);
  await reconcileReceipts(s.deps, [receiptId]);

  expect(await reload(verification)).toMatchObject({
    status: "claimed",
    claimPassed: true,
    claimSubCode: "200",
    nextCheckAt: s.now(),
    passed: null,
  });
  expect(await listTransitions(s.db, verification.id)).toMatchObject([
    { from: "awaiting", to: "claimed", cause: "callback", receiptId, actor: "worker" },
  ]);
  expect(s.rung).toContain(verification.route);
  expect(await inboxSize(verification.id)).toBe(0);
});

test("the same callback again is a counted copy and moves nothing", async () => {
  const verification = await givenVerification(s.db, { createdAt: s.now() });
  const first = await s.receive(verification, passed);
  await reconcileReceipts(s.deps, [first]);
  const again = await s.receive(verification, passed);
  await reconcileReceipts(s.deps, [again]);

  expect(again).toBe(first);
  const evidence = await loadEvidence(s.db, verification);
  expect(evidence.receipts).toMatchObject([{ copies: 1 }]);
  expect(evidence.transitions).toHaveLength(1);
  expect(evidence.discrepancies).toEqual([]);
});

test("deciding a receipt twice, or ten times at once, settles it once", async () => {
  const verification = await givenVerification(s.db, { createdAt: s.now() });
  const receiptId = await s.receive(verification, passed);
  await Promise.all(Array.from({ length: 10 }, () => reconcileReceipts(s.deps, [receiptId])));
  expect(await listTransitions(s.db, verification.id)).toHaveLength(1);
});

test("another claim under the same token is kept as evidence and opens a discrepancy", async () => {
  const verification = await givenVerification(s.db, { createdAt: s.now() });
  const ids = [await s.receive(verification, passed), await s.receive(verification, failed)];
  await reconcileReceipts(s.deps, ids);

  const evidence = await loadEvidence(s.db, verification);
  expect(evidence.receipts).toHaveLength(2);
  expect(evidence.discrepancies).toMatchObject([{ type: "mutated_replay" }]);
  expect((await reload(verification)).status).toBe("claimed");
});

test("a mutated replay alerts somebody, once, and both callbacks are kept as they came", async () => {
  const verification = await givenVerification(s.db, { createdAt: s.now() });
  await reconcileReceipts(s.deps, [await s.receive(verification, failed)]);
  const raised = () => s.raised.filter((alert) => alert.verificationId === verification.id);
  expect(raised()).toEqual([]);

  s.pass(5);
  const replay = await s.receive(verification, passed);
  await reconcileReceipts(s.deps, [replay]);
  // It comes again, its job runs again, and again at once with others.
  await s.receive(verification, passed);
  await Promise.all(Array.from({ length: 5 }, () => reconcileReceipts(s.deps, [replay])));

  const evidence = await loadEvidence(s.db, verification);
  expect(evidence.receipts).toMatchObject([
    { ...failed, copies: 0 },
    { ...passed, id: replay, copies: 1 },
  ]);
  expect(evidence.discrepancies).toMatchObject([{ type: "mutated_replay", receiptId: replay, closedAt: null }]);
  const [discrepancy] = evidence.discrepancies;
  expect(evidence.alerts).toMatchObject([
    { rule: "discrepancy.mutated_replay", severity: "critical", status: "open", discrepancyId: discrepancy?.id },
  ]);
  expect(raised()).toEqual([
    {
      id: evidence.alerts[0]?.id,
      rule: "discrepancy.mutated_replay",
      severity: "critical",
      route: verification.route,
      verificationId: verification.id,
    },
  ]);
  expect(await reload(verification)).toMatchObject({ status: "claimed", claimPassed: false });
});

test("a genuine token with another session's transaction id moves nothing and opens a discrepancy", async () => {
  const verification = await givenVerification(s.db, { createdAt: s.now() });
  await reconcileReceipts(s.deps, [await s.receive(verification, passed, { transactionId: "somebody-elses" })]);

  expect(await reload(verification)).toMatchObject({ status: "awaiting", claimPassed: null });
  const { discrepancies } = await loadEvidence(s.db, verification);
  expect(discrepancies).toMatchObject([{ type: "transaction_mismatch" }]);
});

test("a callback that outruns the answer to Initialize is matched by its token and names the transaction", async () => {
  const verification = await givenVerification(s.db, { status: "initializing", createdAt: s.now() });
  await reconcileReceipts(s.deps, [await s.receive(verification, passed, { transactionId: "hks-early" })]);
  expect(await reload(verification)).toMatchObject({
    status: "claimed",
    transactionId: "hks-early",
    transactionSource: "callback",
  });
});

test("a callback that matches no verification is kept, with a discrepancy", async () => {
  const unknown = { id: s.newId(), route: "default", transactionId: "tx-unknown" } as Verification;
  await reconcileReceipts(s.deps, [await s.receive(unknown, passed)]);
  const { receipts, discrepancies, alerts } = await loadEvidence(s.db, unknown);
  expect(receipts).toHaveLength(1);
  expect(discrepancies).toMatchObject([{ type: "unknown_transaction" }]);
  expect(alerts).toMatchObject([{ rule: "discrepancy.unknown_transaction", severity: "warning" }]);
});

test("a callback for an expired session asks the provider again instead of believing it", async () => {
  const verification = await givenVerification(s.db, { status: "expired", createdAt: s.now(), nextCheckAt: null });
  await reconcileReceipts(s.deps, [await s.receive(verification, passed)]);
  expect(await reload(verification)).toMatchObject({ status: "expired", nextCheckAt: s.now(), claimPassed: true });
});

test("a callback that names another session's transaction is not adopted, and neither session is harmed", async () => {
  const owner = await givenVerification(s.db, { createdAt: s.now() });
  const other = await givenVerification(s.db, { status: "initializing", createdAt: s.now() });
  await reconcileReceipts(s.deps, [await s.receive(other, passed, { transactionId: owner.transactionId ?? "" })]);

  expect(await s.reload(other)).toMatchObject({ status: "initializing", transactionId: null });
  expect(await s.reload(owner)).toMatchObject({ status: "awaiting", claimPassed: null });
  const { discrepancies } = await loadEvidence(s.db, other);
  expect(discrepancies).toMatchObject([{ type: "transaction_mismatch" }]);
});

test("a receipt that cannot be written holds up nobody else in its batch", async () => {
  const poisoned = await givenVerification(s.db, { createdAt: s.now() });
  const good = await givenVerification(s.db, { createdAt: s.now() });
  await s.db.sql.unsafe(`alter table transitions add constraint poison check (verification_id <> '${poisoned.id}')`);
  const poison = await s.receive(poisoned, passed);
  await reconcileReceipts(s.deps, [poison, await s.receive(good, passed)]);
  await s.db.sql`alter table transitions drop constraint poison`;

  expect((await s.reload(good)).status).toBe("claimed");
  expect((await s.reload(poisoned)).status).toBe("awaiting");
  expect(s.poison).toEqual([poison]);
  expect(await inboxSize(poisoned.id)).toBe(1);
});

test("while Postgres is away no receipt is blamed, and the caller is told", async () => {
  const verifications = [
    await givenVerification(s.db, { createdAt: s.now() }),
    await givenVerification(s.db, { createdAt: s.now() }),
  ];
  const ids = await Promise.all(verifications.map((verification) => s.receive(verification, passed)));
  const gate = await standGate(s.database.url);
  const db = openDatabase(gate.url, { max: 1 });
  const blamed: string[] = [];
  const deps = { ...s.deps, db, onPoison: (id: string) => void blamed.push(id) };

  await gate.shut();
  await expect(reconcileReceipts(deps, ids)).rejects.toThrow();
  expect(blamed).toEqual([]);

  await gate.open();
  await reconcileReceipts(deps, ids);
  for (const verification of verifications) expect((await reload(verification)).status).toBe("claimed");
  await db.close();
  await gate.shut();
});

test("a queue that does not take the question costs the callback nothing", async () => {
  const verification = await givenVerification(s.db, { createdAt: s.now() });
  const ring = () => Promise.reject(new Error("The queue is away."));
  const blamed: string[] = [];
  const deps = { ...s.deps, ring, onPoison: (id: string) => void blamed.push(id) };
  await reconcileReceipts(deps, [await s.receive(verification, passed)]);
  expect(await reload(verification)).toMatchObject({ status: "claimed", nextCheckAt: s.now() });
  expect(blamed).toEqual([]);
});

test("a callback that took long to be decided is claimed for when it came, and asked about now", async () => {
  const verification = await givenVerification(s.db, { createdAt: s.now() });
  const receivedAt = new Date(s.now().getTime() - 90_000);
  await reconcileReceipts(s.deps, [await s.receive(verification, passed, { receivedAt })]);
  expect(await reload(verification)).toMatchObject({ claimedAt: receivedAt, nextCheckAt: s.now() });
});

test("receipts that are decided already, or were never there, change nothing", async () => {
  const verification = await givenVerification(s.db, { createdAt: s.now() });
  const receiptId = await s.receive(verification, passed);
  await reconcileReceipts(s.deps, [receiptId]);
  const before = await reload(verification);
  s.rung.length = 0;
  await reconcileReceipts(s.deps, [receiptId, s.newId()]);
  await reconcileReceipts(s.deps, []);
  expect(await reload(verification)).toEqual(before);
  expect(s.rung).toEqual([]);
});

test("a callback whose token names another route's session reaches nobody there", async () => {
  const verification = await givenVerification(s.db, { route: "branch", createdAt: s.now() });
  await reconcileReceipts(s.deps, [await s.receive({ ...verification, route: "default" }, passed)]);
  expect(await reload(verification)).toEqual(verification);
  expect(await loadEvidence(s.db, verification)).toMatchObject({ receipts: [], discrepancies: [] });
  const { discrepancies } = await loadEvidence(s.db, { ...verification, route: "default" });
  expect(discrepancies).toMatchObject([{ type: "unknown_transaction", route: "default" }]);
});

test("a callback that agrees with the result is kept as the claim and asks nobody", async () => {
  const verification = await givenVerification(s.db, { status: "passed", createdAt: s.now(), nextCheckAt: null });
  await reconcileReceipts(s.deps, [await s.receive(verification, passed)]);
  expect(await reload(verification)).toMatchObject({ status: "passed", claimPassed: true, nextCheckAt: null });
  expect((await loadEvidence(s.db, verification)).discrepancies).toEqual([]);
});

test("a callback that contradicts the result leaves it alone and opens a discrepancy, once", async () => {
  const verification = await givenVerification(s.db, { status: "passed", createdAt: s.now(), nextCheckAt: null });
  const receiptId = await s.receive(verification, failed);
  for (let run = 0; run < 2; run++) await reconcileReceipts(s.deps, [receiptId]);
  expect(await reload(verification)).toMatchObject({ status: "passed", passed: true, nextCheckAt: null });
  const { discrepancies } = await loadEvidence(s.db, verification);
  expect(discrepancies).toMatchObject([{ type: "claim_contradicted", receiptId }]);
});

test("a batch that loses the race for one verification decides that one again and the others once", async () => {
  const raced = await givenVerification(s.db, { createdAt: s.now() });
  const calm = await givenVerification(s.db, { createdAt: s.now() });
  const ids = [await s.receive(raced, passed), await s.receive(calm, passed)];
  const db = overtaken(s.db, () => s.voidNow(raced));
  await reconcileReceipts({ ...s.deps, db }, ids);

  expect(await reload(raced)).toMatchObject({ status: "voided", nextCheckAt: null });
  expect((await loadEvidence(s.db, raced)).discrepancies).toMatchObject([{ type: "result_after_end" }]);
  expect((await loadEvidence(s.db, raced)).transitions).toEqual([]);
  expect((await loadEvidence(s.db, calm)).transitions).toHaveLength(1);
  expect(await inboxSize(raced.id)).toBe(0);
});

test("a receipt that lost every race stays in the inbox, for the sweep", async () => {
  const verification = await givenVerification(s.db, { createdAt: s.now() });
  const receiptId = await s.receive(verification, passed);
  const somebodyElse = () => s.db.sql`update verifications set version = version + 1 where id = ${verification.id}`;
  await reconcileReceipts({ ...s.deps, db: overtaken(s.db, somebodyElse, 5) }, [receiptId]);
  expect((await reload(verification)).status).toBe("awaiting");
  expect(await inboxSize(verification.id)).toBe(1);

  await reconcileReceipts(s.deps, [receiptId]);
  expect((await reload(verification)).status).toBe("claimed");
});

test("a hundred receipts of one batch are all decided", async () => {
  const verifications = await Promise.all(
    Array.from({ length: 100 }, () => givenVerification(s.db, { createdAt: s.now() })),
  );
  const ids = await Promise.all(verifications.map((verification) => s.receive(verification, passed)));
  await reconcileReceipts(s.deps, ids);
  const rows = await Promise.all(verifications.map(reload));
  expect(new Set(rows.map((row) => row.status))).toEqual(new Set(["claimed"]));
});
