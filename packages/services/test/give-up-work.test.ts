import {
  type ClaimBatch,
  insertReceiptBatch,
  leaseDueBatches,
  leaseDueReceipts,
  listGivenUp,
  type Verification,
} from "@verdict/db";
import { givenVerification } from "@verdict/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { giveUpBatch, giveUpJob, giveUpReceipt } from "../src/give-up-work.ts";
import { reconcileReceipts } from "../src/reconcile-receipts.ts";
import { type RedriveDeps, type RedriveRequest, redriveWork } from "../src/redrive-work.ts";
import { storeBatches } from "../src/store-batches.ts";
import { sweep } from "../src/sweep.ts";
import { overtaken, setup } from "./support.ts";

/** Sweeps and redrives see the whole database, so each test has one of its own. */
let s: Awaited<ReturnType<typeof setup>>;
beforeEach(async () => {
  s = await setup();
});
afterEach(() => s.database.drop());

const passed = { passed: true, subCode: "200" };
const LEASE_SECONDS = 15;

/** Makes every decision about this session break, until it is mended. */
async function breakDecisions({ id }: Verification) {
  await s.db.sql.unsafe(`alter table transitions add constraint poison check (verification_id <> '${id}')`);
  return { mend: () => s.db.sql`alter table transitions drop constraint poison` };
}

/** A worker as main.ts wires it, its queue being whatever the sweep puts on it. */
function givenWorker(changes: { db?: typeof s.db; unpack?: (packed: string) => ClaimBatch } = {}) {
  const swept: string[] = [];
  const damaged: string[] = [];
  const deps = {
    ...s.deps,
    onPoison: async (id: string, error: unknown) => void (await giveUpReceipt(s.deps, id, error)),
    ...changes,
  };
  const store = {
    ...deps,
    unpack: (packed: string): ClaimBatch => JSON.parse(packed),
    onDamaged: (id: string, error: unknown) => {
      damaged.push(id);
      return giveUpBatch(s.deps, id, error);
    },
    ...changes,
  };
  const decide = (ids: readonly string[]) => reconcileReceipts(deps, ids);
  const round = async () => {
    await sweep({
      ...deps,
      enqueueReceipts: async (ids) => {
        swept.push(...ids);
        await decide(ids);
      },
      enqueueBatches: async (ids) => {
        swept.push(...ids);
        await decide((await storeBatches(store, ids)).ids);
      },
    });
    s.pass(LEASE_SECONDS + 1);
  };
  return { decide, round, swept, damaged };
}

const listed = () => listGivenUp(s.db, {}, { limit: 100 });

const redrive = (changes: Partial<RedriveRequest> = {}, jobs: Partial<RedriveDeps> = {}) =>
  redriveWork(
    { ...s.deps, takesJob: () => true, enqueueJob: async () => {}, ...jobs },
    { filter: {}, dryRun: false, by: "ann", reason: "mended", limit: 1_000, ...changes },
  );

test("one poison receipt among fifty: the others are decided, it is given up after its tries and swept no more", async () => {
  const verifications = [];
  for (let count = 0; count < 50; count++) verifications.push(await givenVerification(s.db, { createdAt: s.now() }));
  const ids = await Promise.all(verifications.map((verification) => s.receive(verification, passed)));
  const [poisoned, ...others] = verifications as [Verification, ...Verification[]];
  const { mend } = await breakDecisions(poisoned);
  const worker = givenWorker();

  await worker.decide(ids);
  for (const verification of others) expect((await s.reload(verification)).status).toBe("claimed");
  for (let count = 0; count < 8; count++) await worker.round();
  expect(worker.swept).toEqual(Array(4).fill(ids[0]));
  expect(await listed()).toMatchObject([
    {
      ...{ kind: "receipt", reference: ids[0], verificationId: poisoned.id, route: "default", times: 5 },
      reason: '23514 new row for relation "transitions" violates check constraint "poison"',
    },
  ]);

  await mend();
  // Nobody but a person puts it back, not even the provider with another copy.
  await worker.decide([await s.receive(poisoned, passed)]);
  expect((await s.reload(poisoned)).status).toBe("awaiting");
  expect(await redrive({ dryRun: true })).toEqual({ matched: 1, redriven: 0, dryRun: true });
  expect(await redrive()).toEqual({ matched: 1, redriven: 1, dryRun: false });
  await worker.round();
  expect((await s.reload(poisoned)).status).toBe("claimed");
  expect(await redrive()).toEqual({ matched: 0, redriven: 0, dryRun: false });
});

test("a damaged batch is told and listed once, and swept no more; mended and put back, it becomes receipts", async () => {
  const verification = await givenVerification(s.db, { createdAt: s.now() });
  const id = s.newId();
  await insertReceiptBatch(s.db, { id, packed: '["alice"', claims: 1, dueAt: s.now() });
  const worker = givenWorker();
  for (let count = 0; count < 3; count++) await worker.round();
  expect([worker.swept, worker.damaged]).toEqual([[id], [id]]);
  const [given, ...more] = await listed();
  expect([given?.kind, given?.reference, given?.times, more]).toEqual(["batch", id, 1, []]);
  expect(given?.reason).not.toContain("alice");

  const claim = {
    ...{ id: s.newId(), route: "default", verificationId: verification.id, ...passed },
    ...{ transactionId: verification.transactionId ?? "", keyId: "k1", late: false, extra: null, receivedAt: s.now() },
  };
  await redrive({ filter: { ids: [given?.id ?? ""] } });
  await givenWorker({ unpack: () => ({ batchId: id, claims: [claim] }) }).round();
  expect((await s.reload(verification)).status).toBe("claimed");
  expect(await s.db.sql`select 1 from receipt_batches`).toHaveLength(0);
});

test("a deadlock is nobody's fault: no try counts, no batch is given up, and the sweep finds both again", async () => {
  const deadlock = () => Promise.reject(Object.assign(new Error("deadlock"), { severity: "ERROR", code: "40P01" }));
  const verification = await givenVerification(s.db, { createdAt: s.now() });
  const receiptId = await s.receive(verification, passed);
  const batchId = s.newId();
  await insertReceiptBatch(s.db, { id: batchId, packed: '{"claims": []}', claims: 1, dueAt: s.now() });
  const blamed: string[] = [];
  const onPoison = (id: string) => void blamed.push(id);
  await reconcileReceipts({ ...s.deps, db: brokenOnce(deadlock), onPoison }, [receiptId]);
  const store = { ...s.deps, unpack: () => ({ batchId, claims: [] }), onDamaged: onPoison };
  expect(await storeBatches({ ...store, db: brokenOnce(deadlock) }, [batchId])).toEqual({ ids: [], newIds: [] });

  expect([blamed, await listed()]).toEqual([[], []]);
  const at = [s.now(), new Date(s.now().getTime() + 1), 10] as const;
  expect(await leaseDueReceipts(s.db, ...at)).toEqual([receiptId]);
  expect(await leaseDueBatches(s.db, ...at)).toEqual([batchId]);
});

/** A database whose next hand-written statement fails, and no later one. */
const brokenOnce = (failure: () => Promise<never>) => overtaken(s.db, failure);

test("a dry run counts what is put back then, jobs that nobody could read left out of both", async () => {
  for (const [index, kind] of (["refuses", "takes", "takes"] as const).entries()) {
    await giveUpJob(s.deps, { name: kind, payload: { index }, reason: "it broke" });
    s.pass(1);
  }
  const batchId = s.newId();
  await insertReceiptBatch(s.db, { id: batchId, packed: "damaged", claims: 1, dueAt: s.now() });
  await giveUpBatch(s.deps, batchId, new Error("it broke"));
  const enqueued: unknown[] = [];
  const jobs = {
    takesJob: (queue: string) => queue === "takes",
    enqueueJob: async (_: string, payload: unknown) => void enqueued.push(payload),
  };

  expect(await redrive({ dryRun: true, filter: { kind: "job" } }, jobs)).toMatchObject({ matched: 2 });
  expect(await redrive({ dryRun: true }, jobs)).toEqual({ matched: 3, redriven: 0, dryRun: true });
  expect(await redrive({ dryRun: true, limit: 2 }, jobs)).toMatchObject({ matched: 2 });
  expect(enqueued).toEqual([]);
  expect(await s.db.sql`select 1 from human_actions`).toHaveLength(0);

  expect(await redrive({ filter: { kind: "job" } }, jobs)).toEqual({ matched: 2, redriven: 2, dryRun: false });
  expect(enqueued).toEqual([{ index: 1 }, { index: 2 }]);
  expect(await redrive({}, jobs)).toEqual({ matched: 1, redriven: 1, dryRun: false });
  expect(await redrive({ dryRun: true }, jobs)).toMatchObject({ matched: 0 });
  expect([
    ...(await s.db.sql`select actor, action, subject, reason from human_actions order by at, subject desc`),
  ]).toEqual([
    { actor: "ann", action: "work.redrive", subject: "kind=job", reason: "mended" },
    { actor: "ann", action: "work.redrive", subject: "all given-up work", reason: "mended" },
  ]);
});

test("two redrives at once put each receipt and each batch back once", async () => {
  for (let count = 0; count < 10; count++) {
    const id = s.newId();
    await insertReceiptBatch(s.db, { id, packed: "damaged", claims: 1, dueAt: s.now() });
    await giveUpBatch(s.deps, id, new Error("it broke"));
  }
  const both = await Promise.all([redrive(), redrive()]);
  expect(both.reduce((sum, { redriven }) => sum + redriven, 0)).toBe(10);
});

test("a queue that is away leaves the job where it is, for the next redrive", async () => {
  await giveUpJob(s.deps, { name: "q", payload: { claims: "packed" }, reason: "it broke" });
  await giveUpJob(s.deps, { name: "q", payload: { claims: "packed" }, reason: "it broke again" });
  const away = { enqueueJob: () => Promise.reject(new Error("The queue is away.")) };
  await expect(redrive({}, away)).rejects.toThrow("The queue is away.");
  expect(await listed()).toMatchObject([{ times: 2, reason: "it broke again", redrivenAt: null }]);
  expect(await redrive()).toMatchObject({ matched: 1, redriven: 1 });
});
