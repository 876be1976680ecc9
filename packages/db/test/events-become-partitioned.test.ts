import { randomBytes, randomUUIDv7 } from "node:crypto";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createDatabase, dropDatabase, givenVerification, testPostgresUrl } from "@verdict/testkit";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Db, migrate, openDatabase, readEventRoom } from "../src/index.ts";
import { discrepancyOf, givenEvent, move, readAll, readQuiet } from "./given-events.ts";

const MIGRATIONS = fileURLToPath(new URL("../../../migrations", import.meta.url));
/** The last one under which events are one table. */
const LAST_WHOLE = 23;

let name: string;
let url: string;
let db: Db;
beforeEach(async () => {
  name = `test_whole_${randomBytes(6).toString("hex")}`;
  url = await createDatabase(testPostgresUrl(), name);
  db = openDatabase(url, { max: 4 });
  const folder = await mkdtemp(join(tmpdir(), "verdict-whole-"));
  await cp(MIGRATIONS, folder, { recursive: true });
  const journal = join(folder, "meta/_journal.json");
  const { entries, ...rest } = JSON.parse(await readFile(journal, "utf8"));
  const earlier = entries.filter(({ idx }: { idx: number }) => idx <= LAST_WHOLE);
  await writeFile(journal, JSON.stringify({ ...rest, entries: earlier }));
  await applyMigrations(db.orm, { migrationsFolder: folder });
  await rm(folder, { recursive: true });
});
afterEach(async () => {
  await db.close();
  await dropDatabase(testPostgresUrl(), name);
});

const kept = async () => ({
  events: [...(await db.sql`select * from events order by id`)],
  deliveries: [...(await db.sql`select * from deliveries order by id`)],
  feed: [...(await db.sql`select * from feed`)],
});

test("a database that holds events keeps each with its place in the feed, and its deliveries; readers go on where they were", async () => {
  for (let number = 0; number < 5; number++) await givenEvent(db);
  const doubted = await givenVerification(db, { status: "claimed" });
  await move(db, doubted, "passed", { discrepancies: [discrepancyOf(doubted, "claim_contradicted")] });
  await db.sql`
    insert into deliveries (id, endpoint_id, event_id, type, route, state, created_at, ended_at)
    select gen_random_uuid(), gen_random_uuid(), id, type, route, 'delivered', at, at from events`;
  const read = await readQuiet(db, undefined, {}, 2);
  const before = await kept();
  expect(before.events).toHaveLength(8);
  expect(before.events.filter(({ position }) => position === null)).toHaveLength(1);

  await migrate(url);
  expect(await kept()).toEqual(before);
  expect((await readAll(db, undefined, {}, 2)).events).toEqual(read.events);
  const added = await givenEvent(db);
  const since = await readQuiet(db, read.next);
  expect(since.events.map(({ subjectId }) => subjectId)).toEqual([added]);
  await db.sql`update events set position = feed_position() where subject_id = ${doubted.id}`;
  expect((await readQuiet(db)).events).toHaveLength(9);
});

test("one whose clock was ahead loses no event to the default, and has its partitions from then on", async () => {
  const ahead = new Date(Date.now() + 70 * 86_400_000);
  const hex = ahead.getTime().toString(16).padStart(12, "0");
  await db.sql`
    insert into events (id, type, route, subject_id, version, at, data, position)
    values (${`${hex.slice(0, 8)}-${hex.slice(8)}${randomUUIDv7().slice(13)}`}::uuid, 'alert.opened', 'default', gen_random_uuid(), 1,
      now(), '{}', feed_position())`;
  await migrate(url);
  const { until, unplaced } = await readEventRoom(db);
  expect(unplaced).toBe(0);
  expect(until?.getTime()).toBeGreaterThan(ahead.getTime());
  expect((await db.sql`select from event_partitions()`).length).toBe(2);
});
