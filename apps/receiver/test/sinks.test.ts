import { randomUUID } from "node:crypto";
import {
  type Db,
  leaseDueBatches,
  listReceiptBatches,
  loadEvidence,
  openDatabase,
  type Verification,
} from "@verdict/db";
import {
  type ClaimBatch,
  migrateQueue,
  openQueue,
  type Queue,
  type ReceiptClaim,
  reconcileReceipts,
  unpackClaims,
} from "@verdict/queue";
import { firstSinkThatTakes, groupCommit, type ReceiptSink, storeBatches, storeQueuedClaims } from "@verdict/services";
import {
  callbackUrl,
  createTestDatabase,
  type Gate,
  givenVerification,
  standGate,
  type TestDatabase,
  until,
} from "@verdict/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { postgresSink, queueSink, tellWorker } from "../src/sinks.ts";
import { givenReceiver } from "./support.ts";

/** Generous, for a busy test machine: a store that is away refuses, so nobody has to wait for it. */
const LIMIT_MS = 20_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Two stores, each behind a gate of its own: the rows in Postgres, and a queue with a name of its own beside them. */
let rows: Gate;
let jobs: Gate;
let db: Db;
let queue: Queue;
/** The same queue, by a way that stays open. */
let witness: Queue;
beforeEach(async () => {
  const prefix = `test-${randomUUID().slice(0, 8)}`;
  await migrateQueue(database.url, prefix);
  [rows, jobs] = [await standGate(database.url), await standGate(database.url)];
  db = openDatabase(rows.url, { max: 2 });
  queue = openQueue({ url: jobs.url, prefix, timeoutMs: LIMIT_MS });
  witness = openQueue({ url: database.url, prefix, timeoutMs: LIMIT_MS });
});
afterEach(async () => {
  // Whoever closes a way to a store that is away waits for it.
  await Promise.all([rows.open(), jobs.open()]);
  await Promise.all([queue.close(), witness.close(), db.close()]);
  await Promise.all([rows.shut(), jobs.shut()]);
});

const now = () => new Date();

/** What the queue's store promises is good enough, unless a test says otherwise. */
const relied = async () => {};

const givenSinks = () => ({
  postgres: postgresSink({ db, tell: tellWorker(queue), now }),
  queue: queueSink(queue, relied),
});

/** A receiver as main.ts builds it. */
function receive(order: ("postgres" | "queue")[] = ["postgres", "queue"], sinks = givenSinks()) {
  const write = firstSinkThatTakes(
    order.map((name) => sinks[name]),
    { limitMs: LIMIT_MS, onAway: () => {}, onBack: () => {} },
  );
  const { app } = givenReceiver({ commit: groupCommit(write), now });
  return async (url: string): Promise<number> => (await app.request(url)).status;
}

/** Takes the jobs that wait, until as many callbacks have come with them as expected. */
async function takeJobs(count: number) {
  /** What the worker was told of that Postgres holds, and what the queue itself carried. */
  const [batchIds, committed, queued]: [string[], ClaimBatch[], ClaimBatch[]] = [[], [], []];
  const claims = () => [...committed, ...queued].flatMap((batch) => batch.claims);
  const work = witness.work(reconcileReceipts, async (payload) => {
    batchIds.push(...(payload.batchIds ?? []));
    committed.push(...(await waiting(payload.batchIds ?? [])));
    if (payload.claims) queued.push(unpackClaims(payload.claims));
    return { kind: "done" };
  });
  await until(async () => claims().length >= count);
  await work.close();
  return { batchIds, committed, queued, claims: claims() };
}

/** What is in Postgres of these batches and is no receipt yet. */
const waiting = async (ids: readonly string[]): Promise<ClaimBatch[]> =>
  (await listReceiptBatches(database.db, ids)).map(({ packed }) => unpackClaims(packed));

/** Makes receipts of what Postgres holds, or of what came by the queue, as a worker does. */
const storeRows = (batchIds: readonly string[]) =>
  storeBatches(
    { db: database.db, now, unpack: unpackClaims, onDamaged: (_, error) => expect(error).toBeNull() },
    batchIds,
  );
async function storeClaims(batches: readonly ClaimBatch[]): Promise<void> {
  for (const batch of batches) await storeQueuedClaims({ db: database.db, now }, batch);
}

/** Takes the jobs that wait, for so many callbacks, and makes receipts of these. */
async function drain(count: number) {
  const taken = await takeJobs(count);
  await storeRows(taken.batchIds);
  await storeClaims(taken.queued);
  return taken;
}

/** The callbacks about a verification that Postgres holds and that are no receipts yet. */
async function committedFor({ id }: Verification): Promise<readonly ReceiptClaim[]> {
  const rows = await database.db.sql<{ id: string }[]>`select id from receipt_batches`;
  const batches = await waiting(rows.map((row) => row.id));
  return batches.flatMap(({ claims }) => claims).filter((claim) => claim.verificationId === id);
}

/** Callbacks as they are on their way to a store. */
async function batchOf(count: number): Promise<ReceiptClaim[]> {
  const committed: ReceiptClaim[] = [];
  const { app } = givenReceiver({ commit: async (receipt) => void committed.push(receipt), now });
  for (let index = 0; index < count; index++) await app.request(yes(await givenVerification(database.db)));
  return committed;
}

const evidenceOf = (verification: Verification) => loadEvidence(database.db, verification);
const yes = (verification: Verification, changes: Record<string, string> = {}) =>
  callbackUrl(verification, { passed: "Y", subCode: "200" }, changes);

describe("with both stores there", () => {
  test("a callback is in a row, the worker is told of that, and makes a receipt of it", async () => {
    const verification = await givenVerification(database.db);
    expect(await receive()(yes(verification))).toBe(200);
    expect(await committedFor(verification)).toMatchObject([{ passed: true, subCode: "200", late: false }]);
    expect((await evidenceOf(verification)).receipts).toEqual([]);

    const { batchIds, committed, queued } = await drain(1);
    expect(committed).toMatchObject([{ batchId: batchIds[0], claims: [{ verificationId: verification.id }] }]);
    expect([batchIds.length, queued]).toEqual([1, []]);
    expect((await evidenceOf(verification)).receipts).toMatchObject([
      { sink: "postgres", passed: true, subCode: "200", late: false, copies: 0 },
    ]);
    expect(await committedFor(verification)).toEqual([]);
  });

  test("the other order gives it to the queue, and no row is written yet", async () => {
    const verification = await givenVerification(database.db);
    expect(await receive(["queue", "postgres"])(yes(verification))).toBe(200);
    expect(await committedFor(verification)).toEqual([]);
    expect((await drain(1)).queued).toMatchObject([{ claims: [{ verificationId: verification.id }] }]);
    expect((await evidenceOf(verification)).receipts).toMatchObject([{ sink: "queue", copies: 0 }]);
  });

  test("copies are counted, however many come at once", async () => {
    const verification = await givenVerification(database.db);
    const url = yes(verification);
    const send = receive();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(url)));
    answers.push(await send(url));
    expect(new Set(answers)).toEqual(new Set([200]));
    await drain(21);
    expect((await evidenceOf(verification)).receipts).toMatchObject([{ copies: 20 }]);
    expect(await witness.counts(reconcileReceipts)).toMatchObject({ waiting: 0, active: 0 });
  });

  test("a hundred sessions at once are few rows, and all become receipts", async () => {
    const verifications = await Promise.all(Array.from({ length: 100 }, () => givenVerification(database.db)));
    const send = receive();
    const answers = await Promise.all(verifications.map((verification) => send(yes(verification))));
    expect(new Set(answers)).toEqual(new Set([200]));
    const { batchIds } = await drain(100);
    expect(batchIds.length).toBeLessThanOrEqual(10);
    const stored = await Promise.all(verifications.map(evidenceOf));
    expect(stored.every(({ receipts }) => receipts.length === 1)).toBe(true);
  });
});

describe("while Postgres is away", () => {
  beforeEach(() => rows.shut());

  test("the queue takes the callback, with all that its row will need, and without the token", async () => {
    const verification = await givenVerification(database.db);
    const url = yes(verification, { subCode: "210", shop: "42" });
    expect(await receive()(url)).toBe(200);

    const { claims } = await takeJobs(1);
    expect(claims).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        route: "default",
        verificationId: verification.id,
        transactionId: verification.transactionId,
        passed: true,
        subCode: "210",
        keyId: "k1",
        late: false,
        extra: { shop: "42" },
        receivedAt: expect.any(Date),
      },
    ]);
    expect(JSON.stringify(claims)).not.toContain(new URLSearchParams(url.split("?")[1]).get("callbackToken"));
  });

  test("a claim from the queue and a copy by way of Postgres are one receipt", async () => {
    const verification = await givenVerification(database.db);
    const send = receive();
    expect(await send(yes(verification))).toBe(200);
    await rows.open();
    let sent = 1;
    await until(async () => {
      expect(await send(yes(verification))).toBe(200);
      sent += 1;
      return (await committedFor(verification)).length > 0;
    });

    const { queued, committed } = await drain(sent);
    expect([queued.length, committed.length].every((count) => count > 0)).toBe(true);
    expect((await evidenceOf(verification)).receipts).toMatchObject([{ copies: sent - 1 }]);
  });

  test("many callbacks are few jobs, and none of them is left out", async () => {
    const verifications = await Promise.all(Array.from({ length: 100 }, () => givenVerification(database.db)));
    const send = receive();
    const answers = await Promise.all(verifications.map((verification) => send(yes(verification))));
    expect(new Set(answers)).toEqual(new Set([200]));
    const { claims, queued } = await takeJobs(100);
    expect(new Set(claims.map((claim) => claim.verificationId))).toEqual(new Set(verifications.map(({ id }) => id)));
    expect(queued.length).toBeLessThanOrEqual(10);
  });

  test("the queue before it is not even noticed", async () => {
    const verification = await givenVerification(database.db);
    expect(await receive(["queue"])(yes(verification))).toBe(200);
  });

  test("and no other store is allowed, the sender is told to come again", async () => {
    const verification = await givenVerification(database.db);
    const send = receive(["postgres"]);
    expect(await send(yes(verification))).toBe(503);
    await rows.open();
    await until(async () => (await send(yes(verification))) === 200);
    expect(await committedFor(verification)).toHaveLength(1);
  });
});

describe("while the queue is away", () => {
  beforeEach(() => jobs.shut());

  test("Postgres takes the callback, and the sweep will find it", async () => {
    const verification = await givenVerification(database.db);
    expect(await receive()(yes(verification))).toBe(200);
    expect(await committedFor(verification)).toHaveLength(1);

    const later = new Date(now().getTime() + 60_000);
    await storeRows(await leaseDueBatches(database.db, later, later, 10_000));
    expect((await evidenceOf(verification)).receipts).toMatchObject([{ sink: "postgres", copies: 0 }]);
  });
});

describe("Postgres commits a batch too late, when the queue has it already:", () => {
  /** A Postgres that has a batch committed, but later than anybody waits for. */
  function lateSink(slow: ReceiptSink) {
    const commit = Promise.withResolvers<void>();
    const late: Promise<void>[] = [];
    const write: ReceiptSink["write"] = async (batch, batchId) => {
      late.push(commit.promise.then(() => slow.write(batch, batchId)));
      throw new Error("no answer within 1000 ms");
    };
    const commitLate = async () => {
      commit.resolve();
      await Promise.all(late);
    };
    return { sink: { ...slow, write }, commitLate };
  }

  type Late = { batches: ClaimBatch[]; ids: string[]; commitLate: () => Promise<void> };
  const orders: [string, "postgres" | "queue" | "either", (late: Late) => Promise<unknown>][] = [
    [
      "the queue's claims first, then the row",
      "queue",
      async ({ batches, ids, commitLate }) => {
        await storeClaims(batches);
        await commitLate();
        await storeRows(ids);
      },
    ],
    [
      "the row first, then the queue's claims",
      "postgres",
      async ({ batches, ids, commitLate }) => {
        await commitLate();
        await storeRows(ids);
        await storeClaims(batches);
      },
    ],
    [
      "the queue's claims while the row is there, so that nothing is left of it",
      "queue",
      async ({ batches, commitLate }) => {
        await commitLate();
        await storeClaims(batches);
      },
    ],
    [
      "both at the same time",
      "either",
      async ({ batches, ids, commitLate }) => {
        await commitLate();
        await Promise.all([storeRows(ids), storeClaims(batches), storeRows(ids), storeClaims(batches)]);
      },
    ],
  ];

  test.each(orders)("a worker stores %s: it is one receipt, and no copy", async (_, first, work) => {
    const verifications = await Promise.all(Array.from({ length: 5 }, () => givenVerification(database.db)));
    const sinks = givenSinks();
    const { sink, commitLate } = lateSink(sinks.postgres);
    const send = receive(["postgres", "queue"], { ...sinks, postgres: sink });
    const answers = await Promise.all(verifications.map((verification) => send(yes(verification))));
    expect(new Set(answers)).toEqual(new Set([200]));
    const { queued } = await takeJobs(5);

    const ids = queued.map(({ batchId }) => batchId);
    await work({ batches: queued, ids, commitLate });
    for (const verification of verifications) {
      const by = first === "either" ? expect.stringMatching(/^(postgres|queue)$/) : first;
      expect((await evidenceOf(verification)).receipts).toMatchObject([{ sink: by, copies: 0 }]);
    }
    expect(await waiting(ids)).toEqual([]);
  });
});

describe("the queue as a sink", () => {
  test("puts a batch into one job, which says all that was said", async () => {
    const [claims, batchId] = [await batchOf(5), randomUUID()];
    await queueSink(queue, relied).write(claims, batchId);
    expect(await takeJobs(5)).toMatchObject({ batchIds: [], committed: [], queued: [{ batchId, claims }], claims });
  });

  test("takes nothing while its store may not be relied on, and does not answer a ping either", async () => {
    const sink = queueSink(queue, () => Promise.reject(new Error("appendfsync is everysec")));
    await expect(sink.write(await batchOf(1), randomUUID())).rejects.toThrow("appendfsync is everysec");
    await expect(sink.ping()).rejects.toThrow("appendfsync is everysec");
    expect(await witness.counts(reconcileReceipts)).toMatchObject({ waiting: 0 });
  });

  test("answers a ping only while its store is there", async () => {
    const sink = queueSink(queue, relied);
    await expect(sink.ping()).resolves.toBeUndefined();
    await jobs.shut();
    await expect(sink.ping()).rejects.toThrow();
  });
});

describe("Postgres as a sink", () => {
  /** What happened, in its order. */
  const watched = () => {
    const said: string[] = [];
    const onAnswer = () => void said.push("answered");
    return { said, sink: postgresSink({ db, tell: (batchId) => void said.push(batchId), onAnswer, now }) };
  };

  test("puts a batch into one row, which says all that was said, and then tells of it", async () => {
    const [claims, batchId] = [await batchOf(5), randomUUID()];
    const { said, sink } = watched();
    await sink.write(claims, batchId);
    expect(await waiting([batchId])).toMatchObject([{ batchId, claims }]);
    expect(await listReceiptBatches(database.db, [batchId])).toMatchObject([{ claims: 5 }]);
    expect(said).toEqual(["answered", batchId]);
  });

  test("says that it has answered, to a write and to a ping, and neither that nor more while it is away", async () => {
    const [claims, [first, second]] = [await batchOf(1), [randomUUID(), randomUUID()]];
    const { said, sink } = watched();
    await sink.ping();
    await sink.write(claims, first);
    expect(said).toEqual(["answered", "answered", first]);
    await rows.shut();
    await expect(sink.ping()).rejects.toThrow();
    await expect(sink.write(claims, second)).rejects.toThrow();
    expect(said).toHaveLength(3);
  });
});

test("while both are away the sender is told to come again, until one is back", async () => {
  const verification = await givenVerification(database.db);
  const send = receive();
  await Promise.all([rows.shut(), jobs.shut()]);
  expect(await send(yes(verification))).toBe(503);
  await jobs.open();
  await until(async () => (await send(yes(verification))) === 200);
});
