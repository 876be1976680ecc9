import { randomUUIDv7 } from "node:crypto";
import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WEEKS_AHEAD } from "../src/event-partitions.ts";
import {
  type Db,
  dropOldEvents,
  inTransaction,
  makeEventPartitions,
  openDatabase,
  readEventRoom,
  readFeed,
} from "../src/index.ts";
import { givenEvent, readAll, readQuiet } from "./given-events.ts";

let database: TestDatabase;
let db: Db;
beforeEach(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url, { max: 10 });
});
afterEach(async () => {
  await db.close();
  await database.drop();
});

const WEEK_MS = 7 * 86_400_000;
/** The Monday that begins this week. */
const monday = () => {
  const days = Math.floor(Date.now() / 86_400_000);
  return new Date((days - ((days + 3) % 7)) * 86_400_000);
};
const week = (number: number, ms = 0) => new Date(monday().getTime() + number * WEEK_MS + ms);

type Partition = { name: string; since: string | null; until: string | null };
const partitions = async () => [
  ...(await db.sql<Partition[]>`select name, since, until from event_partitions() order by until`),
];
const names = async () => (await partitions()).map(({ name }) => name);

/** A database that has been in use for some weeks: one partition for each of them and for this one. */
async function givenWeeks(past: number): Promise<string[]> {
  const [first] = await partitions();
  await db.sql`drop table ${db.sql(first?.name ?? "")}`;
  const made = [];
  for (let number = -past; number <= 0; number++) {
    await db.sql`select create_event_partition(${week(number).toISOString()}::timestamptz)`;
    made.push(await nameOf(week(number)));
  }
  return made;
}

const nameOf = async (at: Date): Promise<string> => {
  const [{ name }] = await db.sql<[{ name: string }]>`
    select to_char(${at.toISOString()}::timestamptz at time zone 'utc', '"events_"IYYY"_w"IW') as name`;
  return name;
};

const idMadeAt = (at: Date): string => {
  const hex = at.getTime().toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}${randomUUIDv7().slice(13)}`;
};

/** An event as it was written and told then; returns its id. */
async function givenPast(at: Date, { held = false, happenedAt = at } = {}): Promise<string> {
  const id = idMadeAt(at);
  const subject = randomUUIDv7();
  await db.sql`
    insert into events (id, type, route, subject_id, version, verification_id, at, data, held_by, position)
    values (${id}, 'alert.opened', 'default', ${subject}, 1, null, ${happenedAt.toISOString()}::timestamptz, '{}',
      ${held ? randomUUIDv7() : null}::uuid, ${held ? db.sql`null` : db.sql`feed_position()`})`;
  return id;
}

/** Its delivery to some endpoint, which took it. */
async function givenDelivery(eventId: string): Promise<void> {
  const id = randomUUIDv7();
  await db.sql`
    insert into deliveries (id, endpoint_id, event_id, type, route, state, created_at, ended_at)
    values (${id}, gen_random_uuid(), ${eventId}::uuid, 'alert.opened', 'default', 'delivered', now(), now())`;
  await db.sql`
    insert into delivery_attempts (id, delivery_id, at, duration_ms, outcome, body)
    values (gen_random_uuid(), ${id}, now(), 1, 'delivered', '')`;
}

const idsKept = async () => (await db.sql<{ id: string }[]>`select id from events`).map(({ id }) => id).toSorted();
const eventsDelivered = async () =>
  (await db.sql<{ id: string }[]>`select event_id as id from deliveries`).map(({ id }) => id);
const inPartition = async (id: string) => {
  const [row] = await db.sql<{ name: string }[]>`select tableoid::regclass::text as name from events where id = ${id}`;
  return row?.name;
};

/** Runs a statement as the application's role, while it says that it erases; what it does is undone. */
const asApplication = (statement: string) =>
  db.sql.begin(async (sql) => {
    await sql`set local verdict.erasing = 'on'`;
    await sql`set local role verdict_app`;
    await sql.unsafe(statement);
    throw new Error("undone");
  });

describe("weeks are made ahead", () => {
  test("by migrating, with every index of the first, and never twice, however many make them at once", async () => {
    const made = await partitions();
    expect(made).toHaveLength(WEEKS_AHEAD + 2);
    await db.sql`drop table ${db.sql(await nameOf(week(3)))}`;
    await db.sql`drop table ${db.sql(await nameOf(week(4)))}`;
    const several = await Promise.all(Array.from({ length: 8 }, () => makeEventPartitions(db)));
    expect(several.toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 2]);
    expect(await partitions()).toEqual(made);
    const indexes = await db.sql<{ name: string; indexes: string[] }[]>`
      select p.name, array_agg(regexp_replace(indexdef, '^.* USING ', '') order by 1) as indexes
      from event_partitions() p join pg_indexes i on i.tablename = p.name group by p.name`;
    expect(new Set(indexes.map((one) => one.indexes.toSorted().join("\n"))).size).toBe(1);
    expect(indexes[0]?.indexes).toHaveLength(5);
  });

  test("so an event lands in its week, and they follow one another without a gap", async () => {
    const made = await partitions();
    for (const [index, { since }] of made.entries()) {
      if (since !== null) expect(since).toBe(made[index - 1]?.until);
    }
    await givenEvent(db);
    expect(await readEventRoom(db)).toEqual({ until: week(WEEKS_AHEAD + 1), unplaced: 0 });
    expect(await inPartition(await givenPast(week(3, WEEK_MS - 1)))).toBe(await nameOf(week(3)));
    expect(await inPartition(await givenPast(week(4)))).toBe(await nameOf(week(4)));
  });

  test("what has no week is kept all the same and counted; its week stays where it is, and the next ones are made", async () => {
    await db.sql`drop table ${db.sql(await nameOf(week(3)))}`;
    await db.sql`drop table ${db.sql(await nameOf(week(4)))}`;
    const id = await givenPast(week(3, 1_000));
    expect(await inPartition(id)).toBe("events_default");
    expect(await readEventRoom(db)).toEqual({ until: week(3), unplaced: 1 });
    expect(await makeEventPartitions(db)).toBe(1);
    expect(await names()).toContain(await nameOf(week(4)));
    expect(await inPartition(await givenPast(week(3, 2_000)))).toBe("events_default");
    expect((await readQuiet(db)).events).toHaveLength(2);
  });

  test("without having readers wait: while somebody reads for long, none is made, and that is said", async () => {
    await db.sql`drop table ${db.sql(await nameOf(week(4)))}`;
    await inTransaction(db, async (reader) => {
      await reader.sql`select count(*) from events`;
      expect(await makeEventPartitions(db)).toBeNull();
    });
    expect(await makeEventPartitions(db)).toBe(1);
  });
});

describe("weeks that are over", () => {
  test("are dropped whole, with the deliveries of their events; a week that is partly younger stays", async () => {
    const weeks = await givenWeeks(4);
    const old = [await givenPast(week(-4)), await givenPast(week(-3)), await givenPast(week(-3, WEEK_MS - 1))];
    const kept = [await givenPast(week(-2)), await givenPast(week(-2, 5_000)), await givenPast(week(-1))];
    for (const id of [...old, ...kept]) await givenDelivery(id);
    await readQuiet(db);

    expect(await dropOldEvents(db, week(-2, 1_000), 1)).toBe(old.length);
    expect(await names()).toEqual(expect.arrayContaining(weeks.slice(2)));
    expect(await names()).not.toEqual(expect.arrayContaining([weeks[0]]));
    expect(await names()).not.toEqual(expect.arrayContaining([weeks[1]]));
    expect(await idsKept()).toEqual(kept.toSorted());
    expect((await eventsDelivered()).toSorted()).toEqual(kept.toSorted());
    expect(await db.sql`select from delivery_attempts`).toHaveLength(kept.length);
    expect(await dropOldEvents(db, week(-2, 1_000), 1)).toBe(0);
  });

  test("are forgotten by the feed: who had not read them is told so, who had loses nothing", async () => {
    await givenWeeks(2);
    await givenPast(week(-2));
    await givenPast(week(-2, 1));
    const { next: ahead } = await readQuiet(db);
    const first = await readFeed(db, {}, { limit: 1 });
    if (first.kind !== "read") throw new Error(first.kind);
    const young = [await givenPast(week(-1)), await givenPast(week(-1, 1))];
    await readQuiet(db);

    expect(await dropOldEvents(db, week(-1), 100)).toBe(2);
    expect(await readFeed(db, {}, { after: first.next, limit: 10 })).toEqual({ kind: "forgotten" });
    for (const place of [ahead, undefined]) {
      expect((await readAll(db, place)).events.map(({ id }) => id)).toEqual(young);
    }
    const [state] = await db.sql<[{ before: string }]>`select forgotten_before as before from feed`;
    expect(new Date(state.before)).toEqual(week(-1));
  });

  test("stay whole as long as one of their events is held back, told late among younger ones, or not shown yet", async () => {
    await givenWeeks(4);
    const held = await givenPast(week(-4), { held: true });
    await givenPast(week(-4, 1));
    await givenPast(week(-3));
    await readQuiet(db);
    expect(await dropOldEvents(db, week(-2), 100)).toBe(1);
    expect(await idsKept()).toHaveLength(2);

    // Told by now, behind one that is younger.
    await givenPast(week(-1));
    await db.sql`update events set position = feed_position() where id = ${held}`;
    await readQuiet(db);
    expect(await dropOldEvents(db, week(-2), 100)).toBe(0);

    await givenPast(week(-2), { happenedAt: week(-4) });
    await readQuiet(db);
    await db.sql.begin(async (sql) => {
      await sql`select pg_current_xact_id()`;
      await givenPast(week(-1, 2));
      expect(await dropOldEvents(db, week(0), 100)).toBe(3);
    });
    await readQuiet(db);
    expect(await dropOldEvents(db, week(0), 100)).toBe(2);
    expect(await idsKept()).toEqual([]);
  });

  test("stay when something younger happened in them; one without events goes; this week and those ahead never do", async () => {
    const weeks = await givenWeeks(3);
    await givenPast(week(-3), { happenedAt: week(0) });
    await readQuiet(db);
    expect(await dropOldEvents(db, week(-1), 100)).toBe(0);
    expect(await names()).toEqual(expect.arrayContaining([weeks[0], weeks[2]]));
    expect(await names()).not.toEqual(expect.arrayContaining([weeks[1]]));
    await dropOldEvents(db, week(20), 100);
    expect((await names()).filter((name) => name !== "events_default")).toHaveLength(WEEKS_AHEAD + 1);
  });

  test("are looked for without holding up the feed, however much there is to look at", async () => {
    await givenWeeks(2);
    await givenPast(week(-2));
    await readQuiet(db);
    await db.sql.begin(async (sql) => {
      expect(await sql`select from old_event_partitions(${week(-1).toISOString()}::timestamptz)`).toHaveLength(1);
      expect([...(await sql`select pg_current_xact_id_if_assigned() as id`)]).toEqual([{ id: null }]);
    });
  });

  test("wait while somebody reads events for long, and are gone the next time", async () => {
    await givenWeeks(2);
    await givenPast(week(-2));
    await readQuiet(db);
    await inTransaction(db, async (reader) => {
      await reader.sql`select count(*) from events`;
      expect(await dropOldEvents(db, week(-1), 100)).toBe(0);
    });
    expect(await dropOldEvents(db, week(-1), 100)).toBe(1);
  });
});

describe("a partition is no way around what holds for events", () => {
  const denied = { code: "42501" };

  test("the application reads, writes and drops none by its name, not even while it erases", async () => {
    await givenWeeks(1);
    await givenPast(week(-1));
    const name = await nameOf(week(-1));
    for (const statement of [
      `select from ${name}`,
      `insert into ${name} select * from events`,
      `update ${name} set position = 1`,
      `delete from ${name}`,
      `truncate ${name}`,
      `drop table ${name}`,
      `alter table events detach partition ${name}`,
      "insert into events_default select * from events",
      "delete from events_default",
      "drop table events_default",
      `select create_event_partition('${week(9).toISOString()}')`,
      "select make_event_table('events_of_mine')",
    ]) {
      await expect(asApplication(statement), statement).rejects.toMatchObject(denied);
    }
    for (const statement of [
      "select count(*) from events_default",
      "select create_event_partitions(5)",
      `select drop_event_partitions('${week(0).toISOString()}')`,
      "delete from events",
    ]) {
      await expect(asApplication(statement), statement).rejects.toThrow("undone");
    }
  });

  test("the owner deletes, empties and changes none unless he says that he erases", async () => {
    await givenWeeks(1);
    const id = await givenPast(week(-1));
    const name = await nameOf(week(-1));
    for (const statement of [
      `delete from ${name}`,
      `truncate ${name}`,
      "truncate events",
      `update ${name} set route = 'x'`,
    ]) {
      const refused = { code: "23514", constraint_name: "events_append_only" };
      await expect(db.sql.unsafe(statement).execute(), statement).rejects.toMatchObject(refused);
    }
    expect(await idsKept()).toEqual([id]);
  });
});
