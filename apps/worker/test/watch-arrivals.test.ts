import { DEFAULT_POLICY } from "@verdict/domain";
import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { watchArrivals } from "../src/watch-arrivals.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("a route whose callbacks stay away is asked about more densely from the next look on, and no other", async () => {
  const ended = { status: "passed", outcomeSource: "check_result" } as const;
  await Promise.all(Array.from({ length: 20 }, () => givenVerification(database.db, ended)));
  const heard = { ...ended, route: "branch", claimedAt: new Date() };
  await Promise.all(Array.from({ length: 20 }, () => givenVerification(database.db, heard)));
  const arrivals = watchArrivals({ db: database.db, now: () => new Date(), policy: DEFAULT_POLICY });
  expect(arrivals.policyOf("default", "FACE_VERIFY")).toEqual(DEFAULT_POLICY);

  await arrivals.look();
  expect(arrivals.policyOf("default", "FACE_VERIFY")).toEqual({
    ...DEFAULT_POLICY,
    silentOffsets: [60, 120, 180, 300, 420, 660, 900],
  });
  expect(arrivals.policyOf("branch", "FACE_VERIFY")).toEqual(DEFAULT_POLICY);
  expect(arrivals.policyOf("default", "ID_OCR")).toEqual(DEFAULT_POLICY);
});

test("what happened more than an hour ago no longer counts", async () => {
  const inTwoHours = () => new Date(Date.now() + 2 * 3_600_000);
  const arrivals = watchArrivals({ db: database.db, now: inTwoHours, policy: DEFAULT_POLICY });
  await arrivals.look();
  expect(arrivals.policyOf("default", "FACE_VERIFY")).toEqual(DEFAULT_POLICY);
});
