import { randomUUIDv7 } from "node:crypto";
import { createChannel, insertReceipts } from "@verdict/db";
import { receiptId } from "@verdict/domain";
import { migrateQueue } from "@verdict/queue";
import { detailCipher, sealChannelSecrets } from "@verdict/services";
import { createTestDatabase, givenVerification, type TestDatabase, until } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AppProcess } from "../src/app-process.ts";
import { type ChannelReceiver, startChannelReceivers } from "../src/channel-receivers.ts";
import { DATA_KEY, startWorker } from "../src/worker-process.ts";

const ROUTE = "killed-while-telling";

let database: TestDatabase;
let receivers: ChannelReceiver[];
let worker: AppProcess;
beforeAll(async () => {
  database = await createTestDatabase();
  await migrateQueue(database.url);
  receivers = await startChannelReceivers(new RegExp(ROUTE));
  await Promise.all(receivers.map(givenChannel));
}, 60_000);
afterAll(async () => {
  await worker?.kill("SIGKILL");
  await Promise.all(receivers.map(({ stop }) => stop()));
  await database.drop();
});

async function givenChannel({ kind, config: { kind: _, ...config } }: ChannelReceiver): Promise<void> {
  const [id, at] = [randomUUIDv7(), new Date()];
  const secrets = sealChannelSecrets(detailCipher([DATA_KEY]), id, config);
  const about = {
    severities: ["critical" as const],
    routes: null,
    step: 0,
    enabled: true,
    createdAt: at,
    updatedAt: at,
  };
  await createChannel(database.db, { id, name: kind, kind, config: {}, secrets, ...about }, "ann");
}

/** An attack of which only the callback is known, as the receiver stores it. */
async function givenAttack(): Promise<string> {
  const verification = await givenVerification(database.db, { route: ROUTE });
  const { id: verificationId, transactionId } = verification;
  const said = {
    route: ROUTE,
    verificationId,
    transactionId: transactionId ?? "",
    claim: { passed: false, subCode: "205" },
  };
  const receipt = {
    ...{ id: receiptId(said), route: ROUTE, verificationId, transactionId: transactionId ?? "", passed: false },
    ...{ subCode: "205", keyId: "k1", late: false, extra: null, receivedAt: new Date() },
  };
  await insertReceipts(database.db, [receipt], "postgres", new Date());
  return verificationId;
}

test("an alert whose worker was killed after its commit and before anybody was told is told by the next one, once", async () => {
  const env = { DATABASE_URL: database.url, DELIVERY_ALLOWED_TARGETS: "127.0.0.1/32" };
  const { sql } = database.db;
  const told = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  // As long as this goes on, alerts can be raised, and nobody can put on record what is told of them.
  const holding = sql.begin(async (held) => {
    await held`lock table notifications in exclusive mode`;
    begun.resolve();
    await told.promise;
  });
  await begun.promise;
  worker = await startWorker(env);
  const verificationId = await givenAttack();
  const alertsOn = () => sql`select rule, status from alerts where verification_id = ${verificationId}`;
  await until(async () => (await alertsOn()).length > 0);
  expect(await worker.kill("SIGKILL")).toBeNull();
  told.resolve();
  await holding;
  expect([...(await alertsOn())]).toEqual([{ rule: "liveness_attack", status: "open" }]);
  expect(receivers.flatMap(({ heard }) => [...heard])).toEqual([]);

  worker = await startWorker(env);
  await until(async () => receivers.every(({ heard }) => heard.has(ROUTE)));
  const history = () => sql<{ name: string; kind: string; state: string }[]>`
    select channel_name as name, kind, state from notifications order by channel_name`;
  await until(async () => (await history()).every(({ state }) => state === "sent"));
  expect(await history()).toEqual(
    receivers
      .map(({ kind }) => ({ name: kind, kind: "firing", state: "sent" }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  );
}, 60_000);
