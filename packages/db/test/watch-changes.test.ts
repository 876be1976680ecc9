import { createTestDatabase, givenVerification, standGate, type TestDatabase, until } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDatabase, settle, type Verification, watchChanges } from "../src/index.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

/** A process that watches, by a connection of its own. */
async function givenWatcher(url = database.url) {
  const own = openDatabase(url, { max: 1 });
  const heard: string[] = [];
  let connected = 0;
  const watching = await watchChanges(
    own,
    (id) => heard.push(id),
    () => {
      connected += 1;
    },
  );
  return {
    heard,
    connected: () => connected,
    async stop() {
      await watching.stop();
      await own.close();
    },
  };
}

/** Changes verifications in one settlement, on the test's own connections. */
const change = (...rows: Verification[]) =>
  settle(
    db,
    {
      changes: rows.map((row) => ({
        id: row.id,
        from: row.version,
        version: row.version + 1,
        state: { ...row, status: "claimed" },
        endsAsking: false,
      })),
      transitions: [],
      discrepancies: [],
      checks: [],
      receipts: [],
    },
    new Date(),
  );

test("a change made by another process is heard, each verification by its id", async () => {
  const watcher = await givenWatcher();
  const rows = [await givenVerification(db), await givenVerification(db)];
  await change(...rows);
  for (const row of rows) await until(async () => watcher.heard.includes(row.id));
  await watcher.stop();
});

test("a whole batch of changes is heard", async () => {
  const watcher = await givenWatcher();
  const rows = await Promise.all(Array.from({ length: 200 }, () => givenVerification(db)));
  await change(...rows);
  await until(async () => rows.every((row) => watcher.heard.includes(row.id)));
  await watcher.stop();
});

test("a change that was lost to somebody faster is not announced", async () => {
  const watcher = await givenWatcher();
  const [lost, won] = [await givenVerification(db), await givenVerification(db)];
  await until(async () => watcher.heard.includes(won.id));
  watcher.heard.length = 0;
  await change({ ...lost, version: lost.version + 7 }, won);
  await until(async () => watcher.heard.includes(won.id));
  expect(watcher.heard).toEqual([won.id]);
  await watcher.stop();
});

test("whoever watches is told when watching begins", async () => {
  const watcher = await givenWatcher();
  expect(watcher.connected()).toBe(1);
  await watcher.stop();
});

test("a connection that is killed is made again, is told as such, and hears what comes after", async () => {
  const watcher = await givenWatcher();
  const killed = await db.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()`;
  expect(killed.length).toBeGreaterThan(0);
  await until(async () => watcher.connected() === 2);

  const row = await givenVerification(db);
  await change(row);
  await until(async () => watcher.heard.includes(row.id));
  await watcher.stop();
});

test("a database that stays away for several tries is found again", async () => {
  const gate = await standGate(database.url);
  const watcher = await givenWatcher(gate.url);
  await gate.shut();
  // The gate counts nothing; a second handle's refusals show that time enough for tries has passed.
  const other = openDatabase(gate.url, { max: 1 });
  for (let refusal = 0; refusal < 4; refusal++) await expect(other.sql`select 1`).rejects.toThrow();
  expect(watcher.connected()).toBe(1);

  await gate.open();
  await until(async () => watcher.connected() === 2);
  const row = await givenVerification(db);
  await change(row);
  await until(async () => watcher.heard.includes(row.id));
  await Promise.all([watcher.stop(), other.close()]);
  await gate.shut();
});

test("who stops watching hears no more", async () => {
  const stopped = await givenWatcher();
  const witness = await givenWatcher();
  await stopped.stop();
  stopped.heard.length = 0;
  const row = await givenVerification(db);
  await change(row);
  await until(async () => witness.heard.includes(row.id));
  expect(stopped.heard).toEqual([]);
  await witness.stop();
});
