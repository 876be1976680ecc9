import { type Db, findLedgerHead } from "@verdict/db";
import { createTestDatabase, givenEvidence, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sealAndTell } from "../src/seal-and-tell.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

test("what was written is sealed in each round, and the head is told once an hour, when it has moved", async () => {
  const told: unknown[] = [];
  let minutes = 0;
  const info = (...said: unknown[]) => void told.push(said);
  const now = () => new Date(Date.UTC(2026, 2, 1, 12, minutes));
  const round = sealAndTell({ db, now, log: { info } as Parameters<typeof sealAndTell>[0]["log"] });

  await round();
  expect(told).toEqual([]);
  const heads = [];
  for (minutes of [0, 59, 60, 61]) {
    await givenEvidence(db);
    await round();
    heads.push(await findLedgerHead(db));
  }
  minutes = 130;
  await round();
  expect(heads.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  expect(told).toEqual([heads[0], heads[2]].map((head) => [{ head: `${head?.seq}:${head?.hash}` }, "ledger head"]));
});
