import { type Db, findErasure, findVerifications, listDetails } from "@verdict/db";
import { givenVerification } from "@verdict/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { carryOutErasures } from "../src/carry-out-erasures.ts";
import { detailCipher } from "../src/detail-cipher.ts";
import { erasePerson } from "../src/erase-person.ts";
import { hashUser } from "../src/hashes.ts";
import { reconcileReceipts } from "../src/reconcile-receipts.ts";
import { down, gone, ok, refused, type Script, scriptedProvider, setup, throttled } from "./support.ts";

const PEPPER = "a pepper that only tests know";
const PERSON = hashUser(PEPPER, "alice");
const cipher = detailCipher([{ kid: "d1", key: Buffer.from("a key that only the tests know..") }]);

let s: Awaited<ReturnType<typeof setup>>;
let db: Db;
beforeEach(async () => {
  s = await setup();
  db = s.db;
  s.at(new Date());
});
afterEach(() => s.database.drop());

async function givenSession(wanted: Parameters<typeof givenVerification>[1] = {}, hash = PERSON) {
  const row = await givenVerification(db, { protocol: "P-1", transactionUrl: "https://face.example/1", ...wanted });
  await db.sql`update verifications set merchant_user_hash = ${hash} where id = ${row.id}`;
  return s.reload(row);
}

const givenDetail = ({ id: verificationId }: { id: string }) => {
  const envelope = cipher.seal({ verificationId, class: "face", field: "faceAge" }, "30");
  return db.sql`
    insert into personal_details values (${verificationId}, 'face', 'faceAge', ${envelope}, 'd1', ${verificationId}, now())`;
};

const erase = () =>
  erasePerson({ ...s.deps, pepper: PEPPER }, { merchantUserId: "alice", by: "ann", reason: "asked to", routes: null });

const deleted = ok({ deleteResult: "Y" });
const provider = (script: Script = { deleteVerifyResult: [deleted] }) => scriptedProvider(script);
const carryOut = ({ client }: ReturnType<typeof provider>, qps = {}) =>
  carryOutErasures(
    {
      ...s.deps,
      onError: (_, error) => {
        throw error;
      },
    },
    [{ slug: "default", client, qps }],
  );

const statesOf = async (id: string) => {
  const receipt = await findErasure(db, id);
  return { finished: receipt?.finishedAt != null, states: receipt?.items.map(({ state, code }) => [state, code]) };
};

describe("a person is erased", () => {
  test("here at once, at the provider when the worker comes to it, and from every row", async () => {
    const sessions = [await givenSession({ status: "passed" }), await givenSession({ status: "failed" })];
    const other = await givenSession({ status: "passed" }, hashUser(PEPPER, "bob"));
    for (const row of [...sessions, other]) await givenDetail(row);
    const { id, found } = await erase();
    expect(found).toBe(2);
    for (const row of sessions) expect(await listDetails(db, row.id)).toEqual([]);
    expect(await listDetails(db, other.id)).toHaveLength(1);
    expect(await statesOf(id)).toEqual({
      finished: false,
      states: [
        ["asking", null],
        ["asking", null],
      ],
    });

    const asked = provider();
    expect(await carryOut(asked)).toBe(2);
    expect(asked.calls.map(({ request }) => request)).toEqual(
      expect.arrayContaining(sessions.map(({ transactionId }) => ({ transactionId, deleteType: "All" }))),
    );
    expect(await statesOf(id)).toEqual({
      finished: true,
      states: [
        ["deleted", "Success"],
        ["deleted", "Success"],
      ],
    });
    for (const row of await findVerifications(
      db,
      sessions.map((row) => row.id),
    )) {
      expect(row).toMatchObject({
        ...{
          merchantUserHash: "erased",
          requestHash: "erased",
          protocol: null,
          transactionUrl: null,
          errorMessage: null,
        },
        ...{ erasedAt: expect.any(Date), nextCheckAt: null },
      });
    }
    expect(await s.reload(other)).toMatchObject({ erasedAt: null, merchantUserHash: other.merchantUserHash });
    expect(await carryOut(provider({}))).toBe(0);
  });

  test("and it is on record by whom and why, under the hash and never the name", async () => {
    await givenSession({ status: "passed" });
    const { id } = await erase();
    const [action] = await db.sql`select * from human_actions`;
    expect(action).toMatchObject({ action: "person.erase", actor: "ann", reason: "asked to", subject: id });
    expect(JSON.stringify([action, await findErasure(db, id)])).not.toContain("alice");
  });

  test("of whom nothing is known, which is told as well", async () => {
    const { id, found } = await erase();
    expect(found).toBe(0);
    expect(await statesOf(id)).toEqual({ finished: true, states: [] });
  });

  test("from an open session when that has ended; until then it takes nothing in", async () => {
    const open = await givenSession({ status: "awaiting", product: "ID_OCR", nextCheckAt: s.now() });
    const { id } = await erase();
    expect(await carryOut(provider({}))).toBe(0);
    expect(await statesOf(id)).toEqual({ finished: false, states: [["waiting", null]] });

    s.pass(60);
    const told = ok({ passed: "Y", subCode: "200", extIdInfo: JSON.stringify({ ocrIdInfo: { name: "Canary" } }) });
    await s.check(open, provider({ checkResult: [told] }).client, { cipher });
    expect(await s.reload(open)).toMatchObject({ status: "passed", merchantUserHash: PERSON });
    expect(await listDetails(db, open.id)).toEqual([]);

    s.pass(60);
    expect(await carryOut(provider())).toBe(1);
    expect(await s.reload(open)).toMatchObject({ status: "passed", merchantUserHash: "erased" });
    expect(await statesOf(id)).toEqual({ finished: true, states: [["deleted", "Success"]] });
  });

  test("although a check of him is being settled at that moment", async () => {
    const open = await givenSession({ status: "awaiting", product: "ID_OCR", nextCheckAt: s.now() });
    const told = ok({ passed: "Y", subCode: "200", extIdInfo: JSON.stringify({ ocrIdInfo: { name: "Canary" } }) });
    const between = async () => {
      await erase();
      return told;
    };
    await s.check(open, provider({ checkResult: [between] }).client, { cipher });
    expect(await s.reload(open)).toMatchObject({ status: "passed" });
    expect(await listDetails(db, open.id)).toEqual([]);
  });

  test("and a callback that comes late brings nothing back", async () => {
    const ended = await givenSession({ status: "expired", product: "ID_OCR", nextCheckAt: null });
    await erase();
    await carryOut(provider());
    const receipt = await s.receive(ended, { passed: true, subCode: "200" });
    await reconcileReceipts(s.deps, [receipt]);
    await db.sql`update verifications set next_check_at = ${s.now().toISOString()}::timestamptz where id = ${ended.id}`;
    const told = ok({ passed: "Y", subCode: "200", extIdInfo: JSON.stringify({ ocrIdInfo: { name: "Canary" } }) });
    expect(await s.check(ended, provider({ checkResult: [told] }).client, { cipher })).toBe(true);
    expect(await listDetails(db, ended.id)).toEqual([]);
    expect(await s.reload(ended)).toMatchObject({ merchantUserHash: "erased", requestHash: "erased" });
  });

  test("only on the routes that whoever asks may touch", async () => {
    const [mine, theirs] = [
      await givenSession({ status: "passed" }),
      await givenSession({ status: "passed", route: "other" }),
    ];
    const { found } = await erasePerson(
      { ...s.deps, pepper: PEPPER },
      { merchantUserId: "alice", by: "ann", reason: "asked to", routes: ["default"] },
    );
    expect(found).toBe(1);
    expect(await s.reload(mine)).toMatchObject({ erasedAt: expect.any(Date) });
    expect(await s.reload(theirs)).toMatchObject({ erasedAt: null });
  });
});

describe("what the provider says", () => {
  const ended = async (script: Script, wanted: Parameters<typeof givenVerification>[1] = {}) => {
    await givenSession({ status: "passed", ...wanted });
    const { id } = await erase();
    const asked = provider(script);
    await carryOut(asked);
    return { id, ...(await statesOf(id)), asked };
  };

  test.each<[string, Script, unknown]>([
    [
      "that it has not deleted is its last word",
      { deleteVerifyResult: [ok({ deleteResult: "N" })] },
      ["refused", "Success"],
    ],
    ["that it knows no such transaction", { deleteVerifyResult: [gone] }, ["gone", "TransactionIdInvalid"]],
    [
      "that the question is wrong",
      { deleteVerifyResult: [refused("InvalidParameter")] },
      ["refused", "InvalidParameter"],
    ],
  ])("%s", async (_, script, state) => {
    expect(await ended(script)).toMatchObject({ finished: true, states: [state] });
  });

  test("about a session that never got to it is nothing", async () => {
    const { states, asked } = await ended({}, { status: "init_failed", transactionId: null });
    expect([states, asked.calls]).toEqual([[["nothing", null]], []]);
  });

  test("about a face check: the face registered under the person's hash is forgotten", async () => {
    const script = { deleteFaceRecord: [ok({ deleted: "Y" })] };
    const { states, asked } = await ended(script, { product: "FACE_IDU_MIN" });
    expect(states).toEqual([["deleted", "Success"]]);
    expect(asked.calls).toEqual([{ operation: "DeleteFaceRecordV2", request: { merchantUserId: PERSON } }]);
  });

  test("is asked for again when it did not come, in longer and longer pauses, until it does", async () => {
    const script = { deleteVerifyResult: [down, throttled(null), refused("Forbidden.RAMUserAccessDenied"), deleted] };
    const { id, asked } = await ended(script);
    for (const [seconds, calls] of [
      [1, 1],
      [1.1, 2],
      [3.9, 2],
      [0.2, 3],
      [8.1, 4],
    ] as const) {
      s.pass(seconds);
      await carryOut(asked);
      expect(asked.calls).toHaveLength(calls);
    }
    expect(await statesOf(id)).toEqual({ finished: true, states: [["deleted", "Success"]] });
    expect((await findErasure(db, id))?.items[0]?.tries).toBe(4);
  });

  test("is waited for while the provider holds calls back", async () => {
    await givenSession({ status: "passed" });
    const until = new Date(s.now().getTime() + 20_000).toISOString();
    await db.sql`
      insert into breakers values ('default', 'FACE_VERIFY', 'CheckResult', 'open', 3, ${until}::timestamptz, 'Throttling', now())`;
    await erase();
    expect(await carryOut(provider({}))).toBe(0);
    s.pass(31);
    expect(await carryOut(provider())).toBe(1);
  });

  test("is asked for within the quota", async () => {
    for (let nth = 0; nth < 3; nth++) await givenSession({ status: "passed" });
    await db.sql`
      insert into call_slots values ('default', 'FACE_VERIFY', 'DeleteVerifyResult', 0, now() - interval '1 minute')`;
    await erase();
    const asked = provider();
    expect(await carryOut(asked, { FACE_VERIFY: 1 })).toBe(1);
    expect(asked.calls).toHaveLength(1);
  });
});
