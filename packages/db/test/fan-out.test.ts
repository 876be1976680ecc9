import { randomUUIDv7 } from "node:crypto";
import { createTestDatabase, type TestDatabase, until } from "@verdict/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createEndpoint, type Db, fanOutEvents, forgetEvents, inTransaction, openDatabase } from "../src/index.ts";
import { AT, givenEvent } from "./given-events.ts";

let database: TestDatabase;
let db: Db;
beforeEach(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url, { max: 30 });
});
afterEach(async () => {
  await db.close();
  await database.drop();
});

async function givenEndpoint(changes: { types?: ["alert.resolved"]; routes?: string[] } = {}) {
  const id = randomUUIDv7();
  const wants = { types: changes.types ?? null, routes: changes.routes ?? null };
  const row = {
    id,
    name: id,
    url: "https://example.com/",
    secret: "sealed",
    createdBy: "ann",
    createdAt: AT,
    ...wants,
  };
  await createEndpoint(db, row);
  return id;
}

const fanOut = (limit = 3) => fanOutEvents(db, { now: AT, limit });

/** Until all that is written has become deliveries. */
const fanOutAll = () =>
  until(async () => {
    const made = await fanOut(100);
    return made.kind === "done" && made.events < 100 && !made.pending;
  });

const subjectsFor = async (endpointId: string) =>
  (
    await db.sql<{ id: string }[]>`
      select e.subject_id as id from deliveries d join events e on e.id = d.event_id where d.endpoint_id = ${endpointId}`
  )
    .map(({ id }) => id)
    .toSorted();

test("each event becomes one delivery for each endpoint that wants it, while writers and followers overlap", async () => {
  const [all, shop, none] = [
    await givenEndpoint(),
    await givenEndpoint({ routes: ["shop"] }),
    await givenEndpoint({ types: ["alert.resolved"] }),
  ];
  const ends = Array.from({ length: 12 }, () => Promise.withResolvers<void>());
  const writing = ends.map(({ promise }, index) =>
    inTransaction(db, async (tx) => {
      const route = index % 2 === 0 ? "shop" : "default";
      const id = await givenEvent(tx, { route });
      await promise;
      return { id, route };
    }),
  );
  // They end in another order than they began, with several processes at it all the time.
  for (const index of [7, 0, 11, 3, 9, 1, 5, 2, 10, 8, 4, 6]) {
    ends[index]?.resolve();
    await writing[index];
    await Promise.all([fanOut(), fanOut(), fanOut()]);
  }
  await fanOutAll();
  const written = await Promise.all(writing);
  const idsOf = (some: typeof written) => some.map(({ id }) => id).toSorted();
  expect(await subjectsFor(all)).toEqual(idsOf(written));
  expect(await subjectsFor(shop)).toEqual(idsOf(written.filter(({ route }) => route === "shop")));
  expect(await subjectsFor(none)).toEqual([]);
});

test("how far it came stands or falls with the deliveries", async () => {
  const endpoint = await givenEndpoint();
  const id = await givenEvent(db);
  const dying = until(() =>
    inTransaction(db, async (tx) => {
      const made = await fanOutEvents(tx, { now: AT, limit: 10 });
      if (made.kind === "done" && made.events > 0) throw new Error("killed");
      return false;
    }),
  );
  await expect(dying).rejects.toThrow("killed");
  expect(await subjectsFor(endpoint)).toEqual([]);
  await fanOutAll();
  expect(await subjectsFor(endpoint)).toEqual([id]);
});

test("another process that is at it is not waited for", async () => {
  await givenEvent(db);
  await inTransaction(db, async (tx) => {
    await until(async () => {
      const made = await fanOutEvents(tx, { now: AT, limit: 10 });
      return made.kind === "done" && made.events > 0;
    });
    expect(await fanOut()).toEqual({ kind: "busy" });
  });
});

test("deliveries go with their event when it is deleted for its age", async () => {
  const endpoint = await givenEndpoint();
  await givenEvent(db);
  await fanOutAll();
  await db.sql`
    insert into delivery_attempts (id, delivery_id, at, duration_ms, outcome, body)
    select gen_random_uuid(), id, now(), 1, 'failed', '' from deliveries`;
  await until(async () => (await forgetEvents(db, new Date(AT.getTime() + 1), 100)) > 0);
  expect(await subjectsFor(endpoint)).toEqual([]);
  expect(await db.sql`select id from deliveries union all select id from delivery_attempts`).toHaveLength(0);
});
