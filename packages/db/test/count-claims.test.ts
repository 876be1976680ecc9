import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countClaims, type Db, openDatabase } from "../src/index.ts";
import { move } from "./given-events.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const HOUR_MS = 3_600_000;

test("sessions are counted by their first callback since then, of all routes or of some", async () => {
  const before = new Date(Date.now() - HOUR_MS);
  for (const route of ["near", "near", "far"]) await move(db, await givenVerification(db, { route }), "claimed");
  // Confirmed without a callback: that is no claim.
  await move(db, await givenVerification(db, { route: "near" }), "passed");

  expect(await countClaims(db, before, null)).toBe(3);
  expect(await countClaims(db, before, ["near"])).toBe(2);
  expect(await countClaims(db, before, ["near", "far"])).toBe(3);
  expect(await countClaims(db, before, [])).toBe(0);
  expect(await countClaims(db, new Date(Date.now() + HOUR_MS), null)).toBe(0);
});
