import { randomUUID } from "node:crypto";
import {
  askProvider,
  migrateQueue,
  openQueue,
  type Queue,
  QueueUnavailableError,
  reconcileReceipts,
} from "@verdict/queue";
import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { putBackJobs } from "../../src/work/put-back-jobs.ts";

let database: TestDatabase;
let queue: Queue;
beforeAll(async () => {
  database = await createTestDatabase();
  await migrateQueue(database.url);
  queue = openQueue({ url: database.url });
});
afterAll(async () => {
  await queue.close();
  await database.drop();
});

const receiptIds = [randomUUID()];

test.each<[boolean, string, unknown]>([
  [true, "receipts.reconcile", { receiptIds }],
  [true, "receipts.reconcile", { claims: "packed", fromALaterVersion: 1 }],
  [true, "provider.ask", { route: "default" }],
  [false, "receipts.reconcile", {}],
  [false, "receipts.reconcile", { receiptIds: ["7"] }],
  [false, "receipts.reconcile", null],
  [false, "verification.check", { verificationId: randomUUID() }],
])("takes (%s) what a handler could read: %s %j", (takes, name, payload) => {
  expect(putBackJobs(queue).takesJob(name, payload)).toBe(takes);
});

test("puts a job on the queue it came from, as a new one each time", async () => {
  const { enqueueJob } = putBackJobs(queue);
  for (let time = 0; time < 2; time++) await enqueueJob("receipts.reconcile", { receiptIds });
  await enqueueJob("provider.ask", { route: "default" });
  expect(await queue.counts(reconcileReceipts)).toMatchObject({ waiting: 2 });
  expect(await queue.counts(askProvider)).toMatchObject({ waiting: 1 });
});

test("says so when the queue cannot take it", async () => {
  const closed = openQueue({ url: database.url });
  await closed.close();
  const job = putBackJobs(closed).enqueueJob("receipts.reconcile", { receiptIds });
  await expect(job).rejects.toThrow(QueueUnavailableError);
  await expect(putBackJobs(queue).enqueueJob("nothing", {})).rejects.toThrow("there is no queue nothing");
});
