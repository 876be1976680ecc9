import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Db } from "../src/index.ts";
import { discrepancyOf, givenEvent, move } from "./given-events.ts";

let database: TestDatabase;
let db: Db;
let told: string;
let held: string;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  told = await givenEvent(db);
  const verification = await givenVerification(db, { status: "claimed" });
  await move(db, verification, "passed", { discrepancies: [discrepancyOf(verification, "claim_contradicted")] });
  held = verification.id;
});
afterAll(() => database.drop());

const undone = new Error("undone");

/** Runs statements, as the application's role if wanted; whatever they do is undone. Rejects with what stood in their way. */
async function attempt(statements: string[], asApplication = false): Promise<void> {
  const attempted = db.sql.begin(async (sql) => {
    if (asApplication) await sql`set local role verdict_app`;
    for (const statement of statements) await sql.unsafe(statement);
    throw undone;
  });
  await expect(attempted).rejects.toBe(undone);
}
const refused = (statement: string, asApplication: boolean, refusal: object) =>
  expect(
    db.sql.begin(async (sql) => {
      if (asApplication) await sql`set local role verdict_app`;
      await sql.unsafe(statement);
    }),
  ).rejects.toMatchObject(refusal);

const RELEASE = () => `update events set position = feed_position() where subject_id = '${held}'`;
const AGAIN = () => `update events set position = feed_position() + 1 where subject_id = '${held}'`;

describe.each([true, false])("as the application: %s", (asApplication) => {
  test("one that is held back is told, once", async () => {
    await attempt([RELEASE()], asApplication);
    await refused(`${RELEASE()}; ${AGAIN()}`, asApplication, {
      code: "23514",
      constraint_name: "events_append_only",
    });
  });

  test("one that is held back may be held by another discrepancy, but not by none", async () => {
    await attempt([`update events set held_by = '${told}' where subject_id = '${held}'`], asApplication);
    const statement = `update events set held_by = null where subject_id = '${held}'`;
    await refused(statement, asApplication, { constraint_name: "events_held_check" });
  });

  test("one that was told keeps its place", async () => {
    for (const change of ["position = position + 1", "position = null, held_by = id", "held_by = id"]) {
      const statement = `update events set ${change} where subject_id = '${told}'`;
      await refused(statement, asApplication, { constraint_name: "events_append_only" });
    }
  });

  test("none is deleted unless somebody says that he erases", async () => {
    for (const statement of ["delete from events", "delete from events where false"]) {
      await refused(statement, asApplication, { constraint_name: "events_append_only" });
    }
    await attempt(["set local verdict.erasing = 'on'", "delete from events"], asApplication);
  });
});

test.each([
  "data = '{}'",
  "type = 'verification.failed'",
  "at = now()",
  "route = 'x'",
  "version = 9",
  "subject_id = id",
])("what an event tells never changes, whether it is held back or not: %s", async (change) => {
  for (const id of [told, held]) {
    const statement = `update events set ${change} where subject_id = '${id}'`;
    await refused(statement, false, { constraint_name: "events_append_only" });
    await refused(statement, true, { code: "42501" });
  }
});

test("the application may not move the feed", async () => {
  for (const statement of ["update feed set lead = 9", "delete from feed", "insert into feed default values"]) {
    await refused(statement, true, { code: "42501" });
  }
  await attempt(["update feed set forgotten_position = 9, forgotten_before = now()"], true);
});

test("an event is an event: its type is one of the list, and of those of a week a subject has one of each version", async () => {
  const copy =
    "insert into events select new_event_id(), type, route, subject_id, version, verification_id, at, data, position";
  await refused(`${copy} from events`, false, {
    constraint_name: expect.stringMatching(/^events_\w+_subject_id_version_unique$/),
  });
  const other =
    "insert into events select new_event_id(), 'verification.done', route, id, version, null, at, data, position";
  await refused(`${other} from events`, false, { constraint_name: "events_type_check" });
});
