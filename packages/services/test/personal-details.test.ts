import { randomUUIDv7 } from "node:crypto";
import { listDetails, sealBatch } from "@verdict/db";
import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { detailCipher } from "../src/detail-cipher.ts";
import { readMaskedDetails, revealDetails } from "../src/reveal-details.ts";
import { describeKeyUse, rotateDataKeys } from "../src/rotate-data-keys.ts";
import { runFaceCheck } from "../src/run-face-check.ts";
import { verifyLedger } from "../src/verify-ledger.ts";
import { ok, pending, scriptedProvider, setup } from "./support.ts";

const key = (kid: string, seed: number) => ({
  kid,
  key: Buffer.from(Array.from({ length: 32 }, (_, at) => at * seed)),
});
const [OLD, NEW] = [key("old", 3), key("new", 5)];
const cipher = detailCipher([OLD]);

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const ID_INFO = {
  ocrIdPassed: "Y",
  ocrIdInfo: { surname: "Canary", passportNo: "K12345678", birthDate: "1990-01-31" },
  idImage: "aGVsbG8gcGljdHVyZQ==",
};

const answered = (extIdInfo: unknown = JSON.stringify(ID_INFO)) => ok({ passed: "Y", subCode: "200", extIdInfo });

const givenDue = () =>
  givenVerification(s.db, { product: "ID_OCR", status: "awaiting", nextCheckAt: s.now(), createdAt: s.now() });

/** A session whose check brought details. */
async function givenDetails(withCipher = cipher) {
  const held = await givenDue();
  await s.check(held, scriptedProvider({ checkResult: [answered()] }).client, { cipher: withCipher });
  return s.reload(held);
}

describe("what an answer tells of a person", () => {
  test("is stored with the settlement, each value encrypted for its place, and no picture", async () => {
    const held = await givenDetails();
    expect(held.status).toBe("passed");
    const stored = await listDetails(s.db, held.id);
    expect(stored.map(({ class: of, field, keyId }) => [of, field, keyId])).toEqual([
      ["document", "ocrIdInfo.birthDate", "old"],
      ["document", "ocrIdInfo.passportNo", "old"],
      ["document", "ocrIdInfo.surname", "old"],
      ["document", "ocrIdPassed", "old"],
    ]);
    expect(stored.map((detail) => cipher.open(detail, detail.envelope))).toEqual([
      "1990-01-31",
      "K12345678",
      "Canary",
      "Y",
    ]);
    expect(JSON.stringify(stored)).not.toMatch(/Canary|K12345678|1990/);
    const [check] = await s.db.sql`select id from checks where verification_id = ${held.id}`;
    expect(stored[0]?.checkId).toBe(check?.id);
  });

  test("is no part of the evidence: the ledger is whole after it is gone", async () => {
    const held = await givenDetails();
    await sealBatch(s.db, s.now(), 1_000);
    await s.db.sql`delete from personal_details where verification_id = ${held.id}`;
    expect(await verifyLedger(s.db)).toMatchObject({ kind: "whole" });
  });

  test("is stored once a race is won, however often it was lost", async () => {
    const held = await givenDue();
    const client = scriptedProvider({
      checkResult: [
        async () => {
          await s.db.sql`update verifications set version = version + 1 where id = ${held.id}`;
          return answered();
        },
      ],
    }).client;
    await s.check(held, client, { cipher });
    expect(await s.reload(held)).toMatchObject({ status: "passed" });
    expect(await listDetails(s.db, held.id)).toHaveLength(4);
  });

  test("is not kept while there is no verdict, nor without a key", async () => {
    const waiting = await givenDue();
    const unfinished = ok({ passed: "P", extIdInfo: JSON.stringify(ID_INFO) });
    await s.check(waiting, scriptedProvider({ checkResult: [unfinished] }).client, { cipher });
    const keyless = await givenDue();
    await s.check(keyless, scriptedProvider({ checkResult: [answered()] }).client);
    const silent = await givenDue();
    await s.check(silent, scriptedProvider({ checkResult: [pending] }).client, { cipher });
    for (const { id } of [waiting, keyless, silent]) expect(await listDetails(s.db, id)).toEqual([]);
    expect(await s.reload(keyless)).toMatchObject({ status: "passed" });
  });

  test("of a face check is kept the same way", async () => {
    const told = { facePassed: "Y", subCode: "200", transactionId: randomUUIDv7(), faceAge: "30", faceGender: "F" };
    const extFaceInfo = JSON.stringify({ faceQualityScore: 95.4, faceImg: "aGVsbG8=" });
    const { client } = scriptedProvider({ faceDuplicationCheck: [ok({ ...told, extFaceInfo })] });
    const request = { productCode: "FACE_IDU_MIN", merchantUserId: "u1", sourceFacePicture: "x" } as const;
    const done = await runFaceCheck({ ...s.deps, pepper: "p", cipher }, { slug: "default", provider: client }, request);
    if (done.outcome !== "answered") throw new Error(done.outcome);
    expect(await revealAll(done.verification)).toEqual({ faceAge: "30", faceGender: "F", faceQualityScore: "95.4" });
  });
});

const revealAll = async (row: { id: string; route: string }) => {
  const shown = await revealDetails({ ...s.deps, cipher }, row, { by: "ann", reason: "a complaint" });
  return Object.fromEntries(shown.map(({ field, value }) => [field, value]));
};

describe("looking at it", () => {
  test("is masked by default, and leaves no record", async () => {
    const held = await givenDetails();
    const shown = await readMaskedDetails({ ...s.deps, cipher }, held.id);
    expect(shown.map(({ field, value }) => [field, value])).toEqual([
      ["ocrIdInfo.birthDate", "1990-••-••"],
      ["ocrIdInfo.passportNo", "•••5678"],
      ["ocrIdInfo.surname", "C•••"],
      ["ocrIdPassed", "Y"],
    ]);
    expect(await s.db.sql`select from human_actions where verification_id = ${held.id}`).toHaveLength(0);
  });

  test("in the clear is on record with its reason and the names of the fields, never a value", async () => {
    const held = await givenDetails();
    const wish = { by: "ann", reason: "a complaint", fields: ["ocrIdInfo.surname", "nothing.of.that.name"] };
    const shown = await revealDetails({ ...s.deps, cipher }, held, wish);
    expect(shown.map(({ value }) => value)).toEqual(["Canary"]);
    const actions = await s.db
      .sql`select action, actor, reason, subject, route, after from human_actions where verification_id = ${held.id}`;
    expect([...actions]).toEqual([
      {
        ...{ action: "personal.reveal", actor: "ann", reason: "a complaint", subject: held.id, route: held.route },
        after: { fields: ["ocrIdInfo.surname"] },
      },
    ]);
  });

  test("in the clear gives nothing when it cannot be put on record", async () => {
    const held = await givenDetails();
    const wish = { by: "ann", reason: "no\0reason" };
    await expect(revealDetails({ ...s.deps, cipher }, held, wish)).rejects.toThrow();
  });

  test("what was moved to another verification, or lost its key, shows nothing", async () => {
    const [one, other] = [await givenDetails(), await givenDetails()];
    await s.db.sql`
      update personal_details d set envelope = o.envelope from personal_details o
      where d.verification_id = ${one.id} and o.verification_id = ${other.id} and o.field = d.field`;
    expect(Object.values(await revealAll(one))).toEqual([null, null, null, null]);
    const keyless = await readMaskedDetails({ ...s.deps, cipher: detailCipher([NEW]) }, other.id);
    expect(keyless.map(({ value }) => value)).toEqual([null, null, null, null]);
  });
});

describe("a new key", () => {
  let own: TestDatabase;
  beforeEach(async () => {
    own = await createTestDatabase();
    const { id } = await givenVerification(own.db, { status: "passed" });
    for (let nth = 0; nth < 25; nth++) {
      const place = { verificationId: id, class: "other", field: `extInfo.f${nth}` } as const;
      await own.db.sql`
        insert into personal_details values (${id}, 'other', ${place.field}, ${cipher.seal(place, `value ${nth}`)}, 'old',
          ${randomUUIDv7()}::uuid, now())`;
    }
    return () => own.drop();
  });
  const both = detailCipher([NEW, OLD]);
  const valuesUnder = async (with_: typeof cipher) => {
    const [row] = await own.db.sql<[{ id: string }]>`select id from verifications`;
    const shown = await readMaskedDetails({ db: own.db, cipher: with_, now: s.now }, row.id);
    return shown.filter(({ value }) => value !== null).length;
  };

  test("takes over everything, in batches, and the old one is needed no more", async () => {
    const told: [number, number][] = [];
    const done = await rotateDataKeys(own.db, both, { batch: 10, onProgress: (...at) => told.push(at) });
    expect(done).toEqual({
      rewritten: 25,
      unreadable: 0,
      encryptsWith: "new",
      inUse: [{ kid: "new", details: 25, secrets: 0 }],
    });
    expect(told).toEqual([
      [10, 25],
      [20, 25],
      [25, 25],
    ]);
    expect(await valuesUnder(detailCipher([NEW]))).toBe(25);
  });

  test("goes on where it was broken off", async () => {
    const broken = rotateDataKeys(own.db, both, {
      batch: 10,
      onProgress: () => {
        throw new Error("stopped");
      },
    });
    await expect(broken).rejects.toThrow("stopped");
    expect(await describeKeyUse(own.db, both)).toEqual({
      encryptsWith: "new",
      inUse: [
        { kid: "new", details: 10, secrets: 0 },
        { kid: "old", details: 15, secrets: 0 },
      ],
    });
    expect(await valuesUnder(both)).toBe(25);
    expect(await rotateDataKeys(own.db, both)).toMatchObject({ rewritten: 15 });
  });

  test("leaves what it cannot open, and says how much", async () => {
    const done = await rotateDataKeys(own.db, detailCipher([NEW]));
    expect(done).toMatchObject({ rewritten: 0, unreadable: 25, inUse: [{ kid: "old", details: 25 }] });
    expect(await valuesUnder(both)).toBe(25);
  });

  test("may be brought in by two at once", async () => {
    await Promise.all([rotateDataKeys(own.db, both, { batch: 5 }), rotateDataKeys(own.db, both, { batch: 7 })]);
    expect(await describeKeyUse(own.db, both)).toMatchObject({ inUse: [{ kid: "new", details: 25 }] });
    expect(await valuesUnder(both)).toBe(25);
  });
});
