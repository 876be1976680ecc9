import { randomUUIDv7 } from "node:crypto";
import { BlockList } from "node:net";
import {
  changeEndpoint,
  deleteEndpoint,
  openDatabase,
  readFeed,
  replayDeliveries,
  rotateEndpointSecret,
} from "@verdict/db";
import { deliverWebhook, newWebhookSecret, openDeliveryClient } from "@verdict/delivery";
import { DEFAULT_ALERT_RULES } from "@verdict/domain";
import { createLogger } from "@verdict/runtime";
import { DELIVERY_LEASE_MS, EventSchema, sealEndpointSecret, watchConditions, webhookPayload } from "@verdict/services";
import {
  createTestDatabase,
  givenVerification,
  HOSTILE_NAMES,
  HOSTILE_URLS,
  type TestDatabase,
  until,
} from "@verdict/testkit";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startDelivering } from "../src/start-delivering.ts";
import {
  cipher,
  courier,
  deliveriesOf,
  endpointOf,
  givenEndpoint,
  givenEvent,
  givenListener,
  HOUR,
  move,
  saying,
  type Told,
  verified,
} from "./given-deliveries.ts";

let database: TestDatabase;
let db: TestDatabase["db"];
beforeEach(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterEach(() => database.drop());

const by = { by: "ann", at: new Date("2026-03-01T12:00:00.000Z") };
const statesOf = async (endpointId: string) => (await deliveriesOf(db, endpointId)).map(({ state }) => state);

/** What a consumer holds that keeps to the rule: of two events about a subject, the higher version holds. */
function applied(events: readonly Told[]): Record<string, unknown> {
  const held = new Map<string, Told>();
  for (const event of events) {
    if (event.version > (held.get(event.subjectId)?.version ?? 0)) held.set(event.subjectId, event);
  }
  return Object.fromEntries([...held].map(([id, { data }]) => [id, data.status]));
}

describe("an endpoint that is down for six hours", () => {
  test("then gets every event as it is on record, verified, and may apply them in any order", async () => {
    const listener = await givenListener(saying(503));
    const { id, secret } = await givenEndpoint(db, { url: listener.url });
    const worker = courier(db);
    const sessions = await Promise.all(
      Array.from({ length: 9 }, () => givenVerification(db, { status: "initializing" })),
    );
    const ways = [
      ["awaiting", "claimed", "passed"],
      ["awaiting", "claimed", "failed"],
      ["awaiting", "expired"],
    ] as const;
    for (let step = 0; step < 3; step += 1) {
      for (const [index, session] of sessions.entries()) {
        const to = ways[index % 3]?.[step];
        if (to) await move(db, session.id, to, worker.now());
      }
      await worker.pass(2 * HOUR);
    }
    expect(new Set(await statesOf(id))).toEqual(new Set(["pending"]));
    const tried = listener.heard.length;

    listener.answers(saying(200));
    await worker.pass(24 * HOUR);
    expect(new Set(await statesOf(id))).toEqual(new Set(["delivered"]));
    const feed = await readFeed(db, {}, { limit: 1_000 });
    if (feed.kind !== "read") throw new Error("The feed could not be read.");
    const arrived = listener.heard.slice(tried);
    expect(arrived.map(({ headers }) => headers["webhook-id"]).toSorted()).toEqual(
      feed.events.map((event) => event.id).toSorted(),
    );
    const recorded = new Map(feed.events.map((event) => [event.id, webhookPayload(event)]));
    for (const one of listener.heard) {
      expect(one.body).toBe(recorded.get(one.headers["webhook-id"] ?? ""));
      expect(verified(one, secret)).toEqual(one.event);
      expect(EventSchema.parse(one.event)).toMatchObject({ id: one.headers["webhook-id"] });
    }

    const rows = await db.sql<{ id: string; status: string }[]>`select id, status from verifications`;
    const right = Object.fromEntries(rows.map((row) => [row.id, row.status]));
    const events = arrived.map(({ event }) => event);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(events, { minLength: events.length }),
        fc.subarray(events),
        (shuffled, again) => void expect(applied([...shuffled, ...again])).toEqual(right),
      ),
    );
  });
});

describe("while a secret is changed", () => {
  test("both sign, and afterwards the new one alone", async () => {
    const listener = await givenListener();
    const { id, secret: old } = await givenEndpoint(db, { url: listener.url });
    const worker = courier(db);
    const secret = newWebhookSecret();
    const previousUntil = new Date(worker.clock.at + HOUR);
    await rotateEndpointSecret(db, id, { secret: sealEndpointSecret(cipher, id, secret), previousUntil }, by);
    await givenEvent(db);
    await worker.pass(2 * HOUR);
    await givenEvent(db);
    await worker.pass(0);
    const [during, after] = listener.heard;
    if (!during || !after) throw new Error("Something did not arrive.");
    expect(verified(during, old)).toEqual(verified(during, secret));
    expect(verified(after, secret)).toEqual(after.event);
    expect(() => verified(after, old)).toThrow();
  });
});

describe("a worker that dies while it sends", () => {
  test("has its delivery sent by another one when the lease is over, and changes nothing when it comes back", async () => {
    const listener = await givenListener();
    const { id } = await givenEndpoint(db, { url: listener.url });
    const hanging = Promise.withResolvers<never>();
    const dead = courier(db, { deliver: () => hanging.promise });
    const alive = courier(db);
    await givenEvent(db);
    await dead.fanOut();
    expect(await dead.sender.round()).toBe(1);
    await alive.pass(DELIVERY_LEASE_MS - 1);
    expect(listener.heard).toHaveLength(0);
    await alive.pass(1);
    await alive.drain();
    expect(listener.heard).toHaveLength(1);
    hanging.reject(new Error("it is back"));
    await dead.sender.idle();
    expect(await deliveriesOf(db, id)).toMatchObject([{ state: "delivered", attempts: 2 }]);
  });
});

describe("a slow endpoint", () => {
  test("takes up its own places and delays no other", async () => {
    const slow = await givenListener(() => {});
    const quick = await givenListener();
    await givenEndpoint(db, { url: slow.url, name: "slow" });
    const { id } = await givenEndpoint(db, { url: quick.url, name: "quick" });
    const worker = courier(db, { perEndpoint: 3 });
    for (let n = 0; n < 10; n += 1) await givenEvent(db);
    await worker.fanOut();
    await until(async () => {
      await worker.sender.round();
      return (await statesOf(id)).every((state) => state === "delivered");
    });
    expect(quick.heard).toHaveLength(10);
    expect(slow.heard).toHaveLength(3);
  });
});

describe("an endpoint that takes nothing", () => {
  const look = (now: Date) =>
    watchConditions({
      ...{ db, newId: randomUUIDv7, holder: "01942f00-0000-7000-8000-000000000001", routes: [] },
      ...{ now: () => now, rules: DEFAULT_ALERT_RULES, onAlert: () => {} },
    });
  const told = async () =>
    (await db.sql`select status from alerts where rule = 'endpoint_undeliverable'`).map(({ status }) => status);

  test("and answers 410 is switched off with an alert; a person switches it on, and what waited comes", async () => {
    const listener = await givenListener(saying(410));
    const { id } = await givenEndpoint(db, { url: listener.url });
    const worker = courier(db);
    await givenEvent(db);
    await worker.pass(48 * HOUR);
    expect(listener.heard).toHaveLength(1);
    expect(worker.disabled).toEqual([`${id} gone`]);
    expect(await endpointOf(db, id)).toMatchObject({ state: "disabled", disabledWhy: "gone", pending: 1 });
    await look(worker.now());
    expect(await told()).toEqual(["open"]);

    listener.answers(saying(200));
    await changeEndpoint(db, id, { state: "active" }, { by: "ann", at: worker.now() });
    await worker.pass(HOUR);
    expect(await endpointOf(db, id)).toMatchObject({
      state: "active",
      disabledWhy: null,
      failingSince: null,
      pending: 0,
    });
    await look(worker.now());
    expect(await told()).toEqual(["resolved"]);
    // The alert was an event as well, and so was its end.
    await worker.pass(HOUR);
    const types = listener.heard.slice(1).map(({ event }) => event.type);
    expect(types.toSorted()).toEqual(["alert.opened", "alert.opened", "alert.resolved"]);
  });

  test("for five days is switched off, and one success before that begins the count anew", async () => {
    const listener = await givenListener(saying(500));
    const { id } = await givenEndpoint(db, { url: listener.url });
    const worker = courier(db);
    for (let day = 0; day < 4; day += 1) {
      await givenEvent(db);
      await worker.pass(24 * HOUR);
    }
    expect(await endpointOf(db, id)).toMatchObject({ state: "active", failingSince: new Date(by.at) });
    listener.answers(saying(200));
    await givenEvent(db);
    await worker.pass(0);
    expect(await endpointOf(db, id)).toMatchObject({ failingSince: null });
    listener.answers(saying(500));
    for (let day = 0; day < 6; day += 1) {
      await givenEvent(db);
      await worker.pass(24 * HOUR);
    }
    expect(worker.disabled).toEqual([`${id} failing`]);
    expect(await endpointOf(db, id)).toMatchObject({ state: "disabled", disabledWhy: "failing" });
  });
});

describe("what failed for good", () => {
  test("is given up after the twelfth attempt, listed, and comes when it is replayed, as many as the dry run said", async () => {
    const listener = await givenListener(saying(500));
    const { id } = await givenEndpoint(db, { url: listener.url });
    const worker = courier(db);
    for (let n = 0; n < 3; n += 1) await givenEvent(db);
    await worker.pass(80 * HOUR);
    expect(await deliveriesOf(db, id)).toMatchObject(
      Array.from({ length: 3 }, () => ({
        state: "given_up",
        attempts: 12,
        lastStatus: 500,
        lastError: "It answered 500",
      })),
    );
    expect(listener.heard).toHaveLength(36);
    expect(new Set(listener.heard.map(({ headers }) => headers["webhook-id"])).size).toBe(3);

    listener.answers(saying(200));
    const failures = { endpointId: id, choice: { kind: "failures" }, routes: null } as const;
    expect(await replayDeliveries(db, { ...failures, dryRun: true }, by)).toBe(3);
    expect(await replayDeliveries(db, { ...failures, dryRun: false }, by)).toBe(3);
    await worker.pass(0);
    expect(listener.heard).toHaveLength(39);
    expect(await replayDeliveries(db, { ...failures, dryRun: true }, by)).toBe(0);
    const log = await db.sql`select outcome, status, body from delivery_attempts`;
    expect(log).toHaveLength(39);
  });

  test.each([
    ["a range of time", 2],
    ["one delivery", 1],
  ])("%s is sent again, also what was delivered, and no more than a dry run counts", async (what, count) => {
    const listener = await givenListener();
    const { id } = await givenEndpoint(db, { url: listener.url });
    const worker = courier(db);
    for (let n = 0; n < 4; n += 1) {
      await givenEvent(db);
      await worker.pass(HOUR);
    }
    const at = (hour: number) => new Date(by.at.getTime() + hour * HOUR);
    const [latest] = await deliveriesOf(db, id);
    const choice =
      what === "one delivery"
        ? { kind: "one" as const, deliveryId: latest?.id ?? "" }
        : { kind: "range" as const, from: at(1), to: at(3) };
    const replay = { endpointId: id, choice, routes: null };
    expect(await replayDeliveries(db, { ...replay, dryRun: true }, by)).toBe(count);
    await worker.pass(HOUR);
    expect(listener.heard).toHaveLength(4);
    expect(await replayDeliveries(db, { ...replay, dryRun: false }, by)).toBe(count);
    await worker.pass(HOUR);
    expect(listener.heard).toHaveLength(4 + count);
    const ids = listener.heard.map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids).size).toBe(4);
  });
});

describe("an endpoint gets", () => {
  test("the types and routes it wants, and nothing from before it was there", async () => {
    const [all, started, shop] = await Promise.all([givenListener(), givenListener(), givenListener()]);
    const worker = courier(db);
    await givenEvent(db);
    await worker.pass(0);
    await givenEndpoint(db, { url: all.url });
    await givenEndpoint(db, { url: started.url, types: ["verification.started"] });
    await givenEndpoint(db, { url: shop.url, routes: ["shop"] });
    await givenEvent(db, "shop");
    const session = await givenVerification(db, { status: "initializing" });
    await move(db, session.id, "awaiting", worker.now());
    await worker.pass(0);
    const typesOf = ({ heard }: typeof all) => heard.map(({ event }) => event.type).toSorted();
    expect(typesOf(all)).toEqual(["alert.opened", "verification.started"]);
    expect(typesOf(started)).toEqual(["verification.started"]);
    expect(shop.heard.map(({ event }) => event.route)).toEqual(["shop"]);
  });

  test("nothing once it is deleted; what it took stays on record", async () => {
    const listener = await givenListener();
    const { id } = await givenEndpoint(db, { url: listener.url });
    const worker = courier(db);
    await givenEvent(db);
    await worker.pass(0);
    await givenEvent(db);
    await worker.fanOut();
    expect(await deleteEndpoint(db, id, by)).toBe(true);
    await worker.pass(HOUR);
    expect(listener.heard).toHaveLength(1);
    expect(await statesOf(id)).toEqual(["delivered"]);
  });
});

test("URLs that lead inside are refused at send, however they came to be saved, before a connection is opened", async () => {
  const trap = await givenListener();
  const port = new URL(trap.url).port;
  const ids = HOSTILE_URLS.map(() => randomUUIDv7());
  const secrets = ids.map((id) => sealEndpointSecret(cipher, id, newWebhookSecret()));
  const urls = HOSTILE_URLS.map(([url]) => url.replaceAll("PORT", port));
  await db.sql`
    insert into endpoints (id, name, url, secret, created_by, created_at, updated_at)
    select id, id::text, url, secret, 'ann', now(), now()
    from unnest(${ids}::uuid[], ${urls}::text[], ${secrets}::text[]) as hostile(id, url, secret)`;
  const client = openDeliveryClient({ resolve: async (host) => HOSTILE_NAMES[host] ?? [] });
  const worker = courier(db, { deliver: (webhook) => deliverWebhook(webhook, { client, now: () => new Date() }) });
  await givenEvent(db);
  await worker.fanOut();
  await worker.sender.round();
  await worker.sender.idle();
  await client.close(0);
  const rows = await db.sql`select outcome, status, error from delivery_attempts`;
  expect(rows).toHaveLength(HOSTILE_URLS.length);
  for (const row of rows) {
    expect(row).toMatchObject({
      outcome: "failed",
      status: null,
      error: expect.stringMatching(/^Nothing was sent\. /),
    });
  }
  expect(trap.heard).toHaveLength(0);
});

test("a secret that cannot be opened costs no attempt", async () => {
  const listener = await givenListener();
  const { id, secret } = await givenEndpoint(db, { url: listener.url });
  await db.sql`update endpoints set secret = 'damaged'`;
  const worker = courier(db);
  await givenEvent(db);
  await worker.pass(10 * 60_000);
  expect(worker.errors.length).toBeGreaterThan(5);
  expect(await deliveriesOf(db, id)).toMatchObject([{ state: "pending", attempts: 0 }]);
  await db.sql`update endpoints set secret = ${sealEndpointSecret(cipher, id, secret)}`;
  await worker.pass(60_000);
  expect(await deliveriesOf(db, id)).toMatchObject([{ state: "delivered", attempts: 1 }]);
});

test("two workers deliver what is committed at once and each event once, however long the sweep takes", async () => {
  const listener = await givenListener();
  const { id } = await givenEndpoint(db, { url: listener.url });
  const stopping = new AbortController();
  const allowed = { hosts: [{ host: "127.0.0.1", port: null }], networks: new BlockList() };
  const workers = [1, 2].map(() => {
    const own = openDatabase(database.url, { max: 4 });
    const client = openDeliveryClient({ allowed });
    const ended = startDelivering({
      ...{ db: own, now: () => new Date(), random: Math.random, cipher, client, intervalMs: HOUR },
      ...{ stopping: stopping.signal, log: createLogger({ name: "worker", level: "silent" }) },
    });
    return { ended, close: () => Promise.all([client.close(), own.close()]) };
  });
  for (let n = 0; n < 20; n += 1) await givenEvent(db);
  await until(async () => {
    const states = await statesOf(id);
    return states.length === 20 && states.every((state) => state === "delivered");
  });
  stopping.abort();
  for (const worker of workers) {
    await worker.ended;
    await worker.close();
  }
  expect(listener.heard).toHaveLength(20);
});
