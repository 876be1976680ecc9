import { randomUUIDv7 } from "node:crypto";
import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createRegistered,
  type Db,
  findByMerchantBizId,
  findByTransactionId,
  findOpaqueTokens,
  findVerification,
  listTransitions,
  type Registration,
} from "../src/index.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

const NOON = new Date("2026-03-01T12:00:00.000Z");
const after = (minutes: number) => new Date(NOON.getTime() + minutes * 60_000);

/** Ids and hashes that no other test has. */
const fresh = () => randomUUIDv7().replaceAll("-", "");

const givenRegistration = (changes: Partial<Registration> = {}): Registration => ({
  id: randomUUIDv7(),
  route: "default",
  product: "FACE_VERIFY",
  merchantBizId: fresh(),
  merchantUserHash: fresh(),
  sceneCode: "signup",
  requestHash: fresh(),
  transactionId: fresh(),
  createdAt: NOON,
  expiresAt: after(30),
  nextCheckAt: after(1),
  opaqueToken: { tokenHash: fresh(), expiresAt: after(32) },
  registeredAt: after(5),
  actor: "api",
  ...changes,
});

const asked = ({ route, opaqueToken }: Registration) => [{ route, tokenHash: opaqueToken?.tokenHash ?? "" }];

describe("a registered session", () => {
  test("is awaiting, with all that is known of it", async () => {
    const { opaqueToken, registeredAt, actor, ...intent } = givenRegistration();
    const created = await createRegistered(db, { ...intent, opaqueToken, registeredAt, actor });
    expect(created).toMatchObject({
      ...intent,
      status: "awaiting",
      version: 1,
      transactionSource: "initialize",
      updatedAt: registeredAt,
      askingUntil: null,
      passed: null,
    });
    expect(await findVerification(db, intent.id)).toEqual(created);
  });

  test("has the transition that says how it came", async () => {
    const registration = givenRegistration();
    await createRegistered(db, registration);
    expect(await listTransitions(db, registration.id)).toEqual([
      {
        verificationId: registration.id,
        version: 1,
        from: "initializing",
        to: "awaiting",
        cause: "registered",
        receiptId: null,
        checkId: null,
        actor: "api",
        at: registration.registeredAt,
      },
    ]);
  });

  test("is found by its token and by its transaction id, on its own route alone", async () => {
    const registration = givenRegistration();
    await createRegistered(db, registration);
    expect(await findOpaqueTokens(db, asked(registration))).toEqual([
      { route: "default", verificationId: registration.id, ...registration.opaqueToken },
    ]);
    expect(await findByTransactionId(db, "default", registration.transactionId)).toMatchObject({ id: registration.id });

    expect(await findOpaqueTokens(db, asked({ ...registration, route: "other" }))).toEqual([]);
    expect(await findByTransactionId(db, "other", registration.transactionId)).toBeNull();
  });

  test("needs no token", async () => {
    const registration = givenRegistration({ opaqueToken: null });
    expect(await createRegistered(db, registration)).toMatchObject({ id: registration.id });
  });

  test.each(["merchantBizId", "transactionId", "opaqueToken"] as const)(
    "that shares its %s with another one of the route is not written at all",
    async (field) => {
      const first = givenRegistration();
      await createRegistered(db, first);
      const second = givenRegistration({ [field]: first[field] });
      expect(await createRegistered(db, second)).toBeNull();

      expect(await findVerification(db, second.id)).toBeNull();
      expect(await listTransitions(db, second.id)).toEqual([]);
      const tokens = await findOpaqueTokens(db, asked(second));
      expect(tokens.map(({ verificationId }) => verificationId)).toEqual(field === "opaqueToken" ? [first.id] : []);
    },
  );

  test("may share everything with one of another route", async () => {
    const first = givenRegistration();
    await createRegistered(db, first);
    const second = { ...first, id: randomUUIDv7(), route: "other" };
    expect(await createRegistered(db, second)).toMatchObject({ id: second.id, route: "other" });
    const found = await findOpaqueTokens(db, [...asked(first), ...asked(second)]);
    expect(found.map(({ verificationId }) => verificationId).sort()).toEqual([first.id, second.id].sort());
  });

  test("cannot take the transaction of a session that was started here", async () => {
    const { transactionId } = await givenVerification(db);
    expect(await createRegistered(db, givenRegistration({ transactionId: transactionId ?? "" }))).toBeNull();
  });

  test("that many register at once is registered once", async () => {
    const same = givenRegistration();
    const created = await Promise.all(
      Array.from({ length: 8 }, () => createRegistered(db, { ...same, id: randomUUIDv7() })),
    );
    const winners = created.filter((row) => row !== null);
    expect(winners).toHaveLength(1);
    expect(await findByMerchantBizId(db, "default", same.merchantBizId)).toEqual(winners[0]);
  });

  test("that cannot be written for another reason says so", async () => {
    await expect(createRegistered(db, givenRegistration({ id: "none" }))).rejects.toThrow();
  });
});

describe("a batch of opaque tokens", () => {
  test("is looked up at once; those nobody registered are left out, those asked for twice come once", async () => {
    const [first, second] = [givenRegistration(), givenRegistration()];
    await createRegistered(db, first);
    await createRegistered(db, second);
    const found = await findOpaqueTokens(db, [
      ...asked(first),
      { route: "default", tokenHash: fresh() },
      ...asked(second),
      ...asked(first),
    ]);
    expect(found.map(({ verificationId }) => verificationId).sort()).toEqual([first.id, second.id].sort());
  });

  test("may be empty", async () => {
    expect(await findOpaqueTokens(db, [])).toEqual([]);
  });
});
