import { randomUUIDv7 } from "node:crypto";
import { createChannel, createEndpoint, type Db, findChannel, findEndpoint, rotateEndpointSecret } from "@verdict/db";
import { createTestDatabase, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openChannelSecrets, sealChannelSecrets } from "../src/channel-secrets.ts";
import { detailCipher } from "../src/detail-cipher.ts";
import { liveSecrets, sealEndpointSecret } from "../src/endpoint-secrets.ts";
import { describeKeyUse, rotateDataKeys } from "../src/rotate-data-keys.ts";

const key = (kid: string, fill: number) => ({ kid, key: Buffer.alloc(32, fill) });
const [OLD, NEW] = [key("old", 3), key("new", 5)];
const [before, both, after] = [detailCipher([OLD]), detailCipher([NEW, OLD]), detailCipher([NEW])];
const AT = new Date("2026-03-01T12:00:00.000Z");
const LATER = new Date("2026-03-02T12:00:00.000Z");

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());
beforeEach(() => db.sql`truncate channels, endpoints`);

async function givenChannel(): Promise<string> {
  const id = randomUUIDv7();
  const about = {
    severities: ["critical" as const],
    routes: null,
    step: 0,
    enabled: true,
    createdAt: AT,
    updatedAt: AT,
  };
  const secrets = sealChannelSecrets(before, id, { url: "https://hooks.example.com/secret" });
  await createChannel(db, { id, name: id, kind: "slack", config: {}, secrets, ...about }, "ann");
  return id;
}

/** One whose secret is just being changed: two of them sign. */
async function givenEndpoint(): Promise<string> {
  const id = randomUUIDv7();
  const about = {
    name: id,
    url: "https://erp.example.com",
    types: null,
    routes: null,
    createdBy: "ann",
    createdAt: AT,
  };
  await createEndpoint(db, { id, ...about, secret: sealEndpointSecret(before, id, "first") });
  const secret = sealEndpointSecret(before, id, "second");
  await rotateEndpointSecret(db, id, { secret, previousUntil: LATER }, { by: "ann", at: AT });
  return id;
}

const secretsOf = async (id: string) => {
  const found = await findEndpoint(db, id);
  if (!found) throw new Error("The endpoint is gone.");
  return liveSecrets(after, found, AT);
};

test("what channels and endpoints keep secret is encrypted with the first key, and the old one may go", async () => {
  const [channel, endpoint] = [await givenChannel(), await givenEndpoint()];
  expect(await describeKeyUse(db, both)).toEqual({
    ...{ encryptsWith: "new", inUse: [{ kid: "old", details: 0, secrets: 3 }] },
  });
  const rotated = { encryptsWith: "new", inUse: [{ kid: "new", details: 0, secrets: 3 }], unreadable: 0 };
  expect(await rotateDataKeys(db, both)).toEqual({ ...rotated, rewritten: 3 });
  expect(openChannelSecrets(after, channel, (await findChannel(db, channel))?.secrets ?? "")).toEqual({
    url: "https://hooks.example.com/secret",
  });
  expect(await secretsOf(endpoint)).toEqual(["second", "first"]);
  expect(await rotateDataKeys(db, both)).toEqual({ ...rotated, rewritten: 0 });
});

test("a secret that no key given opens stays as it is and is counted", async () => {
  const [, endpoint] = [await givenChannel(), await givenEndpoint()];
  await db.sql`update endpoints set previous_secret = 'damaged'`;
  const held = () => db.sql`select secrets as s from channels union all select secret from endpoints`;
  const untouched = [...(await held())];
  expect(await rotateDataKeys(db, after)).toMatchObject({
    rewritten: 0,
    unreadable: 3,
    inUse: [{ kid: "old", secrets: 2 }],
  });
  expect([...(await held())]).toEqual(untouched);
  expect(await rotateDataKeys(db, both)).toMatchObject({ rewritten: 2, unreadable: 1 });
  await db.sql`update endpoints set previous_secret = null, previous_until = null`;
  expect(await secretsOf(endpoint)).toEqual(["second"]);
});

test("two at once encrypt each secret once", async () => {
  await givenEndpoint();
  const [one, other] = await Promise.all([rotateDataKeys(db, both), rotateDataKeys(db, both)]);
  expect(one.rewritten + other.rewritten).toBe(2);
  expect(one.unreadable + other.unreadable).toBe(0);
});
