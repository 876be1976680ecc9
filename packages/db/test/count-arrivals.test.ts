import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countArrivals, type Db, type Verification } from "../src/index.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

const SINCE = new Date("2026-03-01T11:00:00.000Z");

let made = 0;
/** An id as it is made at that moment. */
function idAt(at: Date): string {
  const time = at.getTime().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${(++made).toString(16).padStart(12, "0")}`;
}

const CLAIM = { claimPassed: true, claimSubCode: "200", claimedAt: SINCE };

/** A session with a result that was asked for, begun that many seconds after `SINCE`. */
const givenEnded = (wanted: Partial<Verification> = {}, seconds = 0) =>
  givenVerification(db, {
    id: idAt(new Date(SINCE.getTime() + seconds * 1000)),
    status: "passed",
    outcomeSource: "check_result",
    ...wanted,
  });

test("sessions begun since then that have a result are counted by route and product, with their callbacks", async () => {
  await givenEnded();
  await givenEnded({ status: "failed", ...CLAIM }, 5);
  await givenEnded(CLAIM, 3_600);
  await givenEnded({ product: "ID_OCR" }, 1);
  await givenEnded({ route: "branch", ...CLAIM }, 1);
  // Begun earlier, still open, walked away from, or answered at once.
  await givenEnded(CLAIM, -0.001);
  await givenEnded({ status: "claimed", outcomeSource: null, ...CLAIM });
  await givenEnded({ status: "expired", outcomeSource: "verify_log" });
  await givenEnded({ product: "FACE_IDU_MIN", outcomeSource: "face_check" });

  const counted = await countArrivals(db, SINCE);
  expect(counted.toSorted((a, b) => a.ended - b.ended || a.route.localeCompare(b.route))).toEqual([
    { route: "branch", product: "FACE_VERIFY", ended: 1, withCallback: 1 },
    { route: "default", product: "ID_OCR", ended: 1, withCallback: 0 },
    { route: "default", product: "FACE_VERIFY", ended: 3, withCallback: 2 },
  ]);
  expect(await countArrivals(db, new Date(SINCE.getTime() + 3_600_001))).toEqual([]);
});
