import { randomUUID } from "node:crypto";
import { type Db, insertReceipts, loadEvidence, openDatabase, type Verification } from "@verdict/db";
import { migrateQueue, openQueue, type Queue, type ReceiptClaim, reconcileReceipts } from "@verdict/queue";
import { firstSinkThatTakes, groupCommit } from "@verdict/services";
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
import { postgresSink, queueSink } from "../src/sinks.ts";
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
  await Promise.all([queue.close(), witness.close(), db.close()]);
  await Promise.all([rows.shut(), jobs.shut()]);
});

const now = () => new Date();

/** A receiver as main.ts builds it. */
function receive(order: ("postgres" | "queue")[] = ["postgres", "queue"]) {
  const sinks = { postgres: postgresSink(db, queue, now), queue: queueSink(queue) };
  const write = firstSinkThatTakes(
    order.map((name) => sinks[name]),
    LIMIT_MS,
  );
  const { app } = givenReceiver({ commit: groupCommit(write), now });
  return async (url: string): Promise<number> => (await app.request(url)).status;
}

/** Takes the jobs that wait, until as many receipts have come as expected. */
async function takeJobs(count: number) {
  const receiptIds: string[] = [];
  const claims: ReceiptClaim[] = [];
  const work = witness.work(reconcileReceipts, async (payload) => {
    receiptIds.push(...(payload.receiptIds ?? []));
    claims.push(...(payload.claims ?? []));
    return { kind: "done" };
  });
  await until(async () => receiptIds.length + claims.length >= count);
  await work.close();
  return { receiptIds, claims };
}

const evidenceOf = (verification: Verification) => loadEvidence(database.db, verification);
const yes = (verification: Verification, changes: Record<string, string> = {}) =>
  callbackUrl(verification, { passed: "Y", subCode: "200" }, changes);

describe("with both stores there", () => {
  test("a callback is a row, and the worker is told of it", async () => {
    const verification = await givenVerification(database.db);
    expect(await receive()(yes(verification))).toBe(200);
    const { receipts } = await evidenceOf(verification);
    expect(receipts).toMatchObject([{ sink: "postgres", passed: true, subCode: "200", late: false, copies: 0 }]);
    expect(await takeJobs(1)).toEqual({ receiptIds: [receipts[0]?.id], claims: [] });
  });

  test("the other order gives it to the queue, and no row is written yet", async () => {
    const verification = await givenVerification(database.db);
    expect(await receive(["queue", "postgres"])(yes(verification))).toBe(200);
    expect((await evidenceOf(verification)).receipts).toEqual([]);
    expect((await takeJobs(1)).claims).toMatchObject([{ verificationId: verification.id }]);
  });

  test("copies are counted, however many come at once, and the worker hears of the first", async () => {
    const verification = await givenVerification(database.db);
    const url = yes(verification);
    const send = receive();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(url)));
    answers.push(await send(url));
    expect(new Set(answers)).toEqual(new Set([200]));
    expect((await evidenceOf(verification)).receipts).toMatchObject([{ copies: 20 }]);
    expect((await takeJobs(1)).receiptIds).toHaveLength(1);
    expect(await witness.counts(reconcileReceipts)).toMatchObject({ waiting: 0, active: 0 });
  });

  test("a hundred sessions at once are all stored", async () => {
    const verifications = await Promise.all(Array.from({ length: 100 }, () => givenVerification(database.db)));
    const send = receive();
    const answers = await Promise.all(verifications.map((verification) => send(yes(verification))));
    expect(new Set(answers)).toEqual(new Set([200]));
    const stored = await Promise.all(verifications.map(evidenceOf));
    expect(stored.every(({ receipts }) => receipts.length === 1)).toBe(true);
    expect(new Set((await takeJobs(100)).receiptIds).size).toBe(100);
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
        receivedAt: expect.stringMatching(/Z$/),
      },
    ]);
    expect(JSON.stringify(claims)).not.toContain(new URLSearchParams(url.split("?")[1]).get("callbackToken"));
  });

  test("a claim from the queue and a copy by way of Postgres are one receipt", async () => {
    const verification = await givenVerification(database.db);
    const send = receive();
    expect(await send(yes(verification))).toBe(200);
    await rows.open();
    await until(
      async () => (await send(yes(verification))) === 200 && (await evidenceOf(verification)).receipts.length > 0,
    );

    const [claim] = (await takeJobs(1)).claims;
    if (!claim) throw new Error("The queue had no claim.");
    const receipt = { ...claim, extra: claim.extra ?? null, receivedAt: new Date(claim.receivedAt) };
    await insertReceipts(database.db, [receipt], "queue", now());
    expect((await evidenceOf(verification)).receipts).toHaveLength(1);
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
    expect((await evidenceOf(verification)).receipts).toHaveLength(1);
  });
});

describe("while the queue is away", () => {
  beforeEach(() => jobs.shut());

  test("Postgres takes the callback, and the sweep will find it", async () => {
    const verification = await givenVerification(database.db);
    expect(await receive()(yes(verification))).toBe(200);
    expect((await evidenceOf(verification)).receipts).toMatchObject([{ sink: "postgres" }]);
    const inboxed = await database.db.sql`
      select due_at > received_at as later from receipt_inbox join receipts on id = receipt_id
      where verification_id = ${verification.id}`;
    expect([...inboxed]).toEqual([{ later: true }]);
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
