import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { closeDiscrepancy, type Db, forgetEvents, readFeed } from "../src/index.ts";
import { AT, discrepancyOf, givenEvent, move, readAll, readQuiet } from "./given-events.ts";

let database: TestDatabase;
let db: Db;
beforeEach(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterEach(() => database.drop());

const day = (number: number) => new Date(Date.UTC(2026, 2, number));
const subjects = async () => (await readQuiet(db)).events.map(({ subjectId }) => subjectId);

/** One event a day, from the first on. */
async function givenDays(days: number): Promise<string[]> {
  const ids = [];
  for (let number = 1; number <= days; number++) ids.push(await givenEvent(db, { at: day(number) }));
  await readQuiet(db);
  return ids;
}

test("what happened before a time is deleted, so many at a time, and the rest stays", async () => {
  const ids = await givenDays(5);
  expect(await forgetEvents(db, day(4), 2)).toBe(2);
  expect(await subjects()).toEqual(ids.slice(2));
  expect(await forgetEvents(db, day(4), 2)).toBe(1);
  expect(await forgetEvents(db, day(4), 2)).toBe(0);
  expect(await subjects()).toEqual(ids.slice(3));
});

test("whoever had not read what is deleted is told so; whoever had goes on", async () => {
  await givenDays(3);
  const first = await readFeed(db, {}, { limit: 1 });
  const { next } = await readAll(db);
  if (first.kind !== "read") throw new Error("There was nothing to read.");
  await forgetEvents(db, day(3), 100);
  expect(await readFeed(db, {}, { after: first.next, limit: 10 })).toEqual({ kind: "forgotten" });
  expect(await readFeed(db, {}, { after: next, limit: 10 })).toMatchObject({ kind: "read" });
  // Without a place it begins with the oldest that is kept.
  expect((await readAll(db)).events.map(({ at }) => at)).toEqual([day(3)]);
});

test("what is held back stays, and once told stays as long as what is told beside it", async () => {
  const held = await givenVerification(db, { status: "claimed" });
  const doubt = discrepancyOf(held, "claim_contradicted");
  await move(db, held, "passed", { discrepancies: [doubt] });
  await readQuiet(db);
  expect(await forgetEvents(db, new Date(AT.getTime() + 1), 100)).toBe(2);
  expect(await forgetEvents(db, new Date(AT.getTime() + 1), 100)).toBe(0);

  const late = new Date(AT.getTime() + 86_400_000);
  await givenEvent(db, { at: late });
  await closeDiscrepancy(db, doubt.id, { by: "ann", at: late, reason: "looked into" });
  await readQuiet(db);
  expect(await forgetEvents(db, late, 100)).toBe(0);
  expect(await subjects()).toContain(held.id);
});

test("what does not show yet is not deleted", async () => {
  await givenEvent(db);
  await readQuiet(db);
  await db.sql.begin(async (sql) => {
    await sql`select pg_current_xact_id()`;
    const unseen = await givenEvent(db);
    await forgetEvents(db, new Date(AT.getTime() + 1), 100);
    const left = await sql`select subject_id as id from events`;
    expect([...left]).toEqual([{ id: unseen }]);
  });
});
