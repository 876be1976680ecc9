import { randomUUIDv7 } from "node:crypto";
import { type Db, findLedgerHead, insertReceipts } from "@verdict/db";
import { GENESIS, type Head } from "@verdict/domain";
import { createTestDatabase, givenEvidence, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sealLedger } from "../src/seal-ledger.ts";
import { type VerifyOptions, verifyLedger } from "../src/verify-ledger.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

beforeEach(() =>
  tamper(
    "truncate verifications, receipts, receipt_inbox, human_actions, alerts, discrepancies, seals, unsealed, tombstones cascade",
  ),
);

const AT = new Date("2026-03-01T12:00:00.000Z");
const seal = (batch?: number) => sealLedger({ db, now: () => AT }, batch);
const verify = (options?: VerifyOptions) => verifyLedger(db, options);

/** What somebody does who owns the database and means no good. */
async function tamper(...statements: string[]): Promise<void> {
  await db.sql.begin(async (sql) => {
    await sql`set local session_replication_role = 'replica'`;
    await sql`set local verdict.erasing = 'on'`;
    for (const statement of statements) await sql.unsafe(statement);
  });
}

/** Evidence of `sessions` sessions in seals of their own. */
async function givenLedger(sessions = 3) {
  const keys = [];
  for (let nth = 0; nth < sessions; nth++) {
    keys.push(await givenEvidence(db));
    await seal();
  }
  const [first, second, third] = keys;
  if (!first) throw new Error("There is no evidence.");
  return { first, second: second ?? first, third: third ?? first, head: await findLedgerHead(db) };
}

type Keys = Awaited<ReturnType<typeof givenEvidence>>;
const broken = (breach: unknown) => ({ kind: "broken", breach, rows: expect.any(Number) });

describe("a ledger nobody has touched is whole", () => {
  test("when it is empty", async () => {
    expect(await verify()).toEqual({ kind: "whole", head: GENESIS, rows: 0, erased: [] });
    expect(await verify({ head: GENESIS })).toMatchObject({ kind: "whole" });
    expect(await seal()).toBeNull();
  });

  test("with rows that wait for their seal, and compared with any head it ever had", async () => {
    const heads: Head[] = [GENESIS];
    for (let nth = 0; nth < 3; nth++) {
      await givenEvidence(db);
      const sealed = await seal();
      expect(sealed).toMatchObject({ rows: 4 });
      if (sealed) heads.push(sealed.head);
    }
    await givenEvidence(db);
    for (const head of heads)
      expect(await verify({ head })).toMatchObject({ kind: "whole", head: heads[3], rows: 12, erased: [] });
  });

  test("however many seals are read at a time, and tells how far it is", async () => {
    for (let nth = 0; nth < 2; nth++) await givenEvidence(db);
    await seal(1);
    const { seq } = await findLedgerHead(db);
    expect(seq).toBe(6);
    for (const chunk of [1, 4, 6, 7]) {
      const told: { seals: number; of: number; rows: number }[] = [];
      expect(await verify({ chunk, onProgress: (progress) => told.push(progress) })).toMatchObject({ rows: 8 });
      expect(told.at(-1)).toEqual({ seals: 6, of: 6, rows: 8 });
      expect(told[0]?.seals).toBe(Math.min(chunk, 6));
    }
  });

  test("while others write and seal", async () => {
    const writing = async () => {
      for (let nth = 0; nth < 10; nth++) {
        await givenEvidence(db);
        await seal(2);
      }
    };
    const [, , ...readings] = await Promise.all([writing(), writing(), verify(), verify({ chunk: 1 }), verify()]);
    expect(readings.map(({ kind }) => kind)).toEqual(["whole", "whole", "whole"]);
    await seal();
    expect(await verify()).toMatchObject({ kind: "whole", rows: 80 });
  });
});

describe("one changed byte in a sealed row is found and named", () => {
  const byId = ({ table, set }: { table: keyof Keys; set: string }, keys: Keys) =>
    `update ${table} set ${set} where id = '${keys[table]}'`;

  test.each([
    { table: "receipts", set: "sub_code = '201'" },
    { table: "checks", set: "request_id = 'R-2'" },
    { table: "human_actions", set: "reason = 'our own tesT'" },
  ] as const)("of $table", async (change) => {
    const { second } = await givenLedger();
    await tamper(byId(change, second));
    const row = { table: change.table, key: second[change.table] };
    expect(await verify()).toEqual(broken({ kind: "row_changed", seq: 2, ...row }));
  });

  test("of transitions", async () => {
    const { second } = await givenLedger();
    const [id, version] = second.transitions.split("/");
    await tamper(`update transitions set actor = 'Worker' where verification_id = '${id}' and version = ${version}`);
    const row = { table: "transitions", key: second.transitions };
    expect(await verify()).toEqual(broken({ kind: "row_changed", seq: 2, ...row }));
  });

  test("and of two the one that was sealed first", async () => {
    const { first, third } = await givenLedger();
    const change = { table: "receipts", set: "sub_code = '201'" } as const;
    await tamper(byId(change, third), byId(change, first));
    expect(await verify({ chunk: 1 })).toMatchObject({ breach: { seq: 1, key: first.receipts } });
    expect(await verify()).toMatchObject({ breach: { seq: 1, key: first.receipts }, rows: 0 });
  });
});

describe("what has gone is missed", () => {
  test.each(["receipts", "checks", "human_actions"] as const)("a row of %s", async (table) => {
    const { second } = await givenLedger();
    await tamper(`delete from ${table} where id = '${second[table]}'`);
    expect(await verify()).toEqual(broken({ kind: "row_missing", seq: 2, table, key: second[table] }));
  });

  test("a row that went before it was sealed", async () => {
    const { receipts } = await givenEvidence(db);
    await tamper(`delete from receipts where id = '${receipts}'`);
    await seal();
    expect(await verify()).toEqual(broken({ kind: "row_missing", seq: 1, table: "receipts", key: receipts }));
  });

  test("a seal in the middle", async () => {
    await givenLedger();
    await tamper("delete from seals where seq = 2");
    for (const chunk of [1, 10]) expect(await verify({ chunk })).toEqual(broken({ kind: "seal_missing", seq: 2 }));
  });

  test("the last seal with its rows, to those who kept the head", async () => {
    const { head, third } = await givenLedger();
    const [id] = third.transitions.split("/");
    await tamper(
      "delete from seals where seq = 3",
      ...[`delete from receipts where id = '${third.receipts}'`, `delete from checks where id = '${third.checks}'`],
      `delete from human_actions where id = '${third.human_actions}'`,
      `delete from transitions where verification_id = '${id}'`,
    );
    expect(await verify()).toMatchObject({ kind: "whole", head: { seq: 2 } });
    expect(await verify({ head })).toEqual(broken({ kind: "head_missing", seq: 3 }));
  });

  test("all of it, to those who kept a head", async () => {
    const { head } = await givenLedger(1);
    await tamper("truncate receipts, checks, transitions, human_actions, seals");
    expect(await verify()).toMatchObject({ kind: "whole", rows: 0 });
    expect(await verify({ head })).toEqual(broken({ kind: "head_missing", seq: 1 }));
  });
});

describe("what was put in is found", () => {
  const copyOf: Record<string, string> = {
    receipts: `insert into receipts select (jsonb_populate_record(r, jsonb_build_object('id', $id))).* from receipts r limit 1`,
    checks: `insert into checks select (jsonb_populate_record(r, jsonb_build_object('id', $id))).* from checks r limit 1`,
    human_actions: `insert into human_actions
      select (jsonb_populate_record(r, jsonb_build_object('id', $id))).* from human_actions r limit 1`,
  };

  test.each(Object.keys(copyOf))("a raw row in %s, though nothing refuses it", async (table) => {
    await givenLedger();
    const key = randomUUIDv7();
    await db.sql.unsafe((copyOf[table] ?? "").replace("$id", `'${key}'`));
    expect(await verify()).toEqual(broken({ kind: "row_unknown", table, key }));
    await seal();
    expect(await verify()).toEqual(broken({ kind: "row_unknown", table, key }));
  });

  test("a raw transition", async () => {
    const { second } = await givenLedger();
    const [id] = second.transitions.split("/");
    await db.sql`
      insert into transitions select (jsonb_populate_record(t, '{"version": 77}')).* from transitions t
      where verification_id = ${id ?? ""}`;
    expect(await verify()).toEqual(broken({ kind: "row_unknown", table: "transitions", key: `${id}/77` }));
  });

  test("a row whose wait for a seal was ended by hand", async () => {
    const { receipts } = await givenEvidence(db);
    await tamper("delete from unsealed");
    expect(await verify()).toEqual(broken({ kind: "row_unknown", table: "receipts", key: receipts }));
  });
});

describe("a seal that was changed is found", () => {
  test.each([
    "at = at + interval '1 microsecond'",
    "count = count + 1",
    "lines = replace(lines, ' 0', ' 1') || ' '",
    "previous = repeat('0', 64)",
    "hash = repeat('0', 64)",
  ])("%s", async (change) => {
    await givenLedger();
    await tamper(`update seals set ${change} where seq = 2`);
    expect(await verify()).toEqual(broken({ kind: "seal_changed", seq: 2 }));
    expect(await verify({ chunk: 1 })).toEqual(broken({ kind: "seal_changed", seq: 2 }));
  });

  test("also when the whole chain was made anew, to those who kept a head", async () => {
    const { second, head } = await givenLedger();
    await tamper(
      `update receipts set sub_code = '201' where id = '${second.receipts}'`,
      "truncate seals",
      `insert into unsealed (rows) select jsonb_agg(jsonb_build_array(kind, key)) from (
        select 'receipt' as kind, id::text as key from receipts union all select 'check', id::text from checks
        union all select 'transition', verification_id || '/' || version from transitions
        union all select 'human_action', id::text from human_actions) all_rows`,
    );
    await seal(1);
    expect(await verify()).toMatchObject({ kind: "whole", rows: 12, head: { seq: 1 } });
    expect(await verify({ head })).toEqual(broken({ kind: "head_missing", seq: 2 }));
    expect(await verify({ head: { ...head, seq: 1 } })).toEqual(broken({ kind: "head_differs", seq: 1 }));
  });
});

test("three who seal at once seal every row once", async () => {
  const verificationId = randomUUIDv7();
  const receipt = {
    ...{ route: "default", verificationId, transactionId: "hks-1", passed: true, subCode: "200", keyId: "k1" },
    ...{ late: false, extra: null, receivedAt: AT },
  };
  for (let nth = 0; nth < 40; nth++) await insertReceipts(db, [{ ...receipt, id: randomUUIDv7() }], "postgres", AT);
  await Promise.all([seal(3), seal(3), seal(3)]);
  await seal(3);
  expect(await verify()).toMatchObject({ kind: "whole", rows: 40, head: { seq: 14 } });
});
