import { canMove, MOVES, STATUSES, type Status } from "@verdict/domain";
import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findVerification } from "../src/index.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const reload = (id: string) => findVerification(database.db, id);

/** What somebody with psql would write to move a verification. */
function move(id: string, to: Status, versions = 1) {
  const passed = to === "passed" ? true : to === "failed" ? false : null;
  return database.db.sql`
    update verifications set status = ${to}, version = version + ${versions}, passed = ${passed}, sub_code = null
    where id = ${id}`;
}

const PAIRS = STATUSES.flatMap((from) => STATUSES.map((to) => ({ from, to }))).filter(({ from, to }) => from !== to);
const LEGAL = PAIRS.filter(({ from, to }) => canMove(from, to));
const ILLEGAL = PAIRS.filter(({ from, to }) => !canMove(from, to));

test("Postgres knows the same moves as the domain", async () => {
  const known = await database.db.sql<{ from: Status; to: Status }[]>`
    select from_status as "from", to_status as "to" from legal_moves`;
  const expected = Object.entries(MOVES).flatMap(([from, moves]) => moves.map((to) => ({ from, to })));
  const sorted = (moves: Iterable<{ from: string; to: string }>) =>
    [...moves].map(({ from, to }) => `${from} → ${to}`).toSorted();
  expect(sorted(known)).toEqual(sorted(expected));
});

test.each(LEGAL)("$from may become $to", async ({ from, to }) => {
  const { id, version } = await givenVerification(database.db, { status: from });
  await move(id, to);
  expect(await reload(id)).toMatchObject({ status: to, version: version + 1 });
});

test.each(ILLEGAL)("$from never becomes $to, whoever asks", async ({ from, to }) => {
  const before = await givenVerification(database.db, { status: from });
  await expect(move(before.id, to)).rejects.toMatchObject({
    code: "23514",
    constraint_name: "verifications_legal_move",
  });
  expect(await reload(before.id)).toEqual(before);
});

describe("a version", () => {
  const { from, to } = { from: "awaiting", to: "claimed" } as const;

  test("never goes back, with or without a move", async () => {
    const before = await givenVerification(database.db, { status: from });
    const refusal = { code: "23514", constraint_name: "verifications_version_order" };
    await expect(move(before.id, to, -1)).rejects.toMatchObject(refusal);
    await expect(move(before.id, from, -1)).rejects.toMatchObject(refusal);
    expect(await reload(before.id)).toEqual(before);
  });

  test("is needed for every move", async () => {
    const before = await givenVerification(database.db, { status: from });
    await expect(move(before.id, to, 0)).rejects.toMatchObject({ constraint_name: "verifications_version_order" });
    expect(await reload(before.id)).toEqual(before);
  });

  test("may grow without a move", async () => {
    const { id, version } = await givenVerification(database.db, { status: from });
    await move(id, from, 2);
    expect(await reload(id)).toMatchObject({ status: from, version: version + 2 });
  });
});

describe("a result", () => {
  const sql = (strings: TemplateStringsArray, ...values: string[]) => database.db.sql(strings, ...values);
  const refusal = { code: "23514" };

  test.each(["passed", "failed"] as const)("of a %s verification never changes", async (status) => {
    const before = await givenVerification(database.db, { status });
    const { id } = before;
    await expect(sql`update verifications set passed = not passed where id = ${id}`).rejects.toMatchObject(refusal);
    await expect(sql`update verifications set sub_code = '205' where id = ${id}`).rejects.toMatchObject(refusal);
    await expect(sql`update verifications set sub_code = null where id = ${id}`).rejects.toMatchObject(refusal);
    await expect(
      sql`update verifications set sub_code = '205', version = version + 1 where id = ${id}`,
    ).rejects.toMatchObject(refusal);
    expect(await reload(id)).toEqual(before);
  });

  test("comes only with the status that says the same", async () => {
    const before = await givenVerification(database.db, { status: "claimed" });
    const { id } = before;
    const changes = [
      sql`update verifications set passed = true where id = ${id}`,
      sql`update verifications set status = 'passed', version = version + 1 where id = ${id}`,
      sql`update verifications set status = 'passed', passed = false, version = version + 1 where id = ${id}`,
      sql`update verifications set status = 'expired', passed = true, version = version + 1 where id = ${id}`,
    ];
    for (const change of changes) await expect(change).rejects.toMatchObject(refusal);
    expect(await reload(id)).toEqual(before);
  });
});

test("a status or product nobody knows is refused", async () => {
  const { id } = await givenVerification(database.db);
  const { sql } = database.db;
  await expect(
    sql`update verifications set status = 'approved', version = version + 1 where id = ${id}`,
  ).rejects.toThrow();
  await expect(sql`update verifications set product = 'EKYC' where id = ${id}`).rejects.toMatchObject({
    constraint_name: "verifications_product_check",
  });
});
