import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { detailCipher, sealEndpointSecret } from "@verdict/services";
import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { verdict as runVerdict } from "./verdict.ts";

vi.setConfig({ testTimeout: 60_000 });

async function verdict(args: string[], env: Record<string, string>, input = "") {
  const { code, stdout, stderr } = await runVerdict(args, env, input);
  return { code, output: stdout + stderr };
}

describe("verdict keys rotate", () => {
  const [old, fresh] = [
    Buffer.from("an old key that the tests know.."),
    Buffer.from("a new key that the tests know..."),
  ];
  const keys = { old: `old:${old.toString("base64")}`, fresh: `new:${fresh.toString("base64")}` };
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    const { id: verificationId } = await givenVerification(database.db, { status: "passed" });
    const place = { verificationId, class: "face", field: "faceAge" } as const;
    const envelope = detailCipher([{ kid: "old", key: old }]).seal(place, "30");
    await database.db.sql`
      insert into personal_details values (${verificationId}, 'face', 'faceAge', ${envelope}, 'old', ${verificationId}, now())`;
    const secret = sealEndpointSecret(detailCipher([{ kid: "old", key: old }]), verificationId, "whsec_x");
    await database.db.sql`
      insert into endpoints (id, name, url, secret, created_by, created_at, updated_at)
      values (${verificationId}, 'erp', 'https://erp.example.com', ${secret}, 'ann', now(), now())`;
  });
  afterAll(() => database.drop());

  const rotate = (args: string[], given: string) =>
    verdict(["keys", "rotate", ...args], { DATABASE_URL: database.url, DATA_ENCRYPTION_KEYS: given });

  // Four processes, one after the other.
  test("counts, refuses to lose what it cannot read, encrypts again, and says which key may go", {
    timeout: 120_000,
  }, async () => {
    expect(await rotate(["--dry-run"], `${keys.fresh},${keys.old}`)).toEqual({
      code: 0,
      output:
        "new encrypts\nold is in use: 1 details, 1 secrets\na key that is in use must stay in DATA_ENCRYPTION_KEYS\n",
    });
    const unread = await rotate([], keys.fresh);
    expect([unread.code, unread.output]).toEqual([1, expect.stringContaining("2 values cannot be read")]);
    const done = await rotate([], `${keys.fresh},${keys.old}`);
    expect([done.code, done.output]).toEqual([0, expect.stringContaining("2 values encrypted again")]);
    const json = await rotate(["--json"], keys.fresh);
    expect(JSON.parse(json.output)).toEqual({
      ...{ encryptsWith: "new", inUse: [{ kid: "new", details: 1, secrets: 1 }], rewritten: 0, unreadable: 0 },
    });
  });

  test("needs keys, and never shows one", async () => {
    const none = await rotate([], "");
    expect([none.code, none.output]).toEqual([1, expect.stringContaining("DATA_ENCRYPTION_KEYS: not set")]);
    const bad = await rotate([], `${keys.fresh}x`);
    expect([bad.code, bad.output.includes(keys.fresh.slice(4, 30))]).toEqual([1, false]);
  });
});

describe("verdict erase", () => {
  let api: Server;
  const asked: unknown[] = [];
  const item = { verificationId: "v1", route: "default", providerCode: null, finishedAt: null };
  const begun = {
    id: "e1",
    requestedAt: "2026-03-01T12:00:00.000Z",
    finishedAt: null,
    items: [{ ...item, state: "asking" }],
  };
  const ended = {
    ...begun,
    finishedAt: "2026-03-01T12:00:09.000Z",
    items: [{ ...item, state: "deleted", providerCode: "200" }],
  };
  beforeAll(async () => {
    api = createServer(async (request, response) => {
      const text = (await request.toArray()).join("");
      asked.push([request.method, request.url, text ? JSON.parse(text) : null]);
      const answer = request.method === "POST" ? begun : ended;
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
    });
    await once(api.listen(0, "127.0.0.1"), "listening");
  });
  afterAll(() => void api.close());

  test("begins, waits if told to, and prints the receipt", async () => {
    const env = {
      API_PORT: String((api.address() as AddressInfo).port),
      API_BOOTSTRAP_KEY: "a-key-that-only-tests-know",
    };
    const args = ["erase", "--merchant-user-id", "alice", "--reason", "asked to"];
    const first = await verdict(args, env);
    expect(first).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^erasure e1 of .*: under way\n.*v1 +default +asking/),
    });
    const waited = await verdict([...args, "--wait"], env);
    expect(waited.output).toMatch(/finished 2026-03-01T12:00:09.000Z\n +v1 +default +deleted +200/);
    expect(asked.slice(0, 1)).toEqual([["POST", "/v1/erasures", { merchantUserId: "alice", reason: "asked to" }]]);
    expect(asked.at(-1)).toEqual(["GET", "/v1/erasures/e1", null]);

    // What stands on no command line stays in no history.
    const quiet = ["erase", "--merchant-user-id", "-", "--reason", "asked to"];
    expect(await verdict(quiet, env, "bob\n")).toMatchObject({ code: 0 });
    expect(asked.at(-1)).toEqual(["POST", "/v1/erasures", { merchantUserId: "bob", reason: "asked to" }]);
    const empty = await verdict(quiet, env);
    expect(empty).toEqual({ code: 1, output: "--merchant-user-id: - reads it from stdin, where nothing came\n" });
  });
});
