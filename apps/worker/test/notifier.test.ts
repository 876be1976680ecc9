import { randomUUIDv7 } from "node:crypto";
import { createServer, type Server } from "node:http";
import { type AddressInfo, BlockList } from "node:net";
import { createChannel, listNotifications, openDatabase, raiseAlert } from "@verdict/db";
import { openDeliveryClient } from "@verdict/delivery";
import { DEFAULT_NOTIFICATION_POLICY } from "@verdict/domain";
import { createLogger } from "@verdict/runtime";
import { detailCipher, sealChannelSecrets } from "@verdict/services";
import { createTestDatabase, type TestDatabase, until } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startNotifying } from "../src/notifier.ts";

let database: TestDatabase;
let server: Server;
let url: string;
type Heard = { type: string; data: Record<string, unknown> };
const heard: Heard[] = [];
const cipher = detailCipher([{ kid: "d1", key: Buffer.from("a key that only the tests know..") }]);
beforeAll(async () => {
  database = await createTestDatabase();
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      heard.push(JSON.parse(body));
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  server.close();
  await database.drop();
});

/** A notifier of its own, as a worker runs it. The sweep is so far off that only bells can be what wakes it. */
function notifier() {
  const stopping = new AbortController();
  const allowed = { hosts: [{ host: "127.0.0.1", port: null }], networks: new BlockList() };
  const client = openDeliveryClient({ allowed });
  const db = openDatabase(database.url, { max: 4 });
  const ended = startNotifying({
    ...{ db, now: () => new Date(), newId: randomUUIDv7, random: Math.random, client, cipher },
    ...{ policy: DEFAULT_NOTIFICATION_POLICY, intervalMs: 3_600_000, stopping: stopping.signal },
    ...{ log: createLogger({ name: "worker", level: "silent" }), isTest: () => false },
    ...{ consoleUrl: "https://console.example.com", runbookUrl: "https://docs.example.com/runbook" },
  });
  return {
    async stop() {
      stopping.abort();
      await ended;
      await client.close();
      await db.close();
    },
  };
}

async function givenChannel() {
  const [id, at] = [randomUUIDv7(), new Date()];
  const secrets = sealChannelSecrets(cipher, id, { secrets: [`whsec_${Buffer.alloc(32, 7).toString("base64")}`] });
  const about = {
    severities: ["critical", "warning"] as ("critical" | "warning")[],
    routes: null,
    step: 0,
    enabled: true,
  };
  await createChannel(
    database.db,
    { id, name: id, kind: "webhook", config: { url }, secrets, ...about, createdAt: at, updatedAt: at },
    "ann",
  );
}

const givenAlert = async (rule = "liveness_attack", route: string = randomUUIDv7()) => {
  const id = randomUUIDv7();
  const about = {
    rule,
    severity: "critical",
    route,
    verificationId: randomUUIDv7(),
    detail: "A callback says 205",
  } as const;
  await raiseAlert(database.db, { id, ...about, at: new Date() });
  return { id, route };
};

test("an alert is told within seconds of its commit, with a link, and nothing about a person", async () => {
  await givenChannel();
  const running = notifier();
  const began = performance.now();
  const { id, route } = await givenAlert();
  await until(async () => heard.some(({ data }) => data.route === route));
  // One second of it is the wait for more of the same.
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(heard.find(({ data }) => data.route === route)).toMatchObject({
    type: "alert.opened",
    data: {
      ...{
        rule: "liveness_attack",
        count: 1,
        environment: "live",
        deepLink: `https://console.example.com/alerts/${id}`,
      },
      runbookLink: "https://docs.example.com/runbook#liveness_attack",
    },
  });
  await running.stop();
});

test("what was committed while no worker ran is told by the next one", async () => {
  const { id, route } = await givenAlert();
  const running = notifier();
  await until(async () => heard.some(({ data }) => data.route === route));
  await running.stop();
  const [row] = await database.db.sql<[{ groupId: string }]>`select group_id as "groupId" from alerts where id = ${id}`;
  expect(await listNotifications(database.db, row.groupId)).toMatchObject([{ kind: "firing", state: "sent" }]);
});

test("two workers tell it once", async () => {
  const workers = [notifier(), notifier()];
  const { route } = await givenAlert();
  await until(async () => heard.some(({ data }) => data.route === route));
  await Promise.all(workers.map((worker) => worker.stop()));
  expect(heard.filter(({ data }) => data.route === route)).toHaveLength(1);
});
