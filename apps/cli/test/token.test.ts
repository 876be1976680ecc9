import { inspectCallbackToken, opaqueTokenHash, signCallbackToken } from "@verdict/domain";
import { createTestDatabase, givenVerification } from "@verdict/testkit";
import { describe, expect, test, vi } from "vitest";
import { readToken } from "../src/token/read-token.ts";
import { verdict } from "./verdict.ts";

vi.setConfig({ testTimeout: 60_000 });

const ID = "01890a5d-ac96-774b-bcce-b302099a8057";
const key = { kid: "k1", secret: "a-secret-only-tests-know" };
const env = {
  CALLBACK_TOKEN_KEYS: `${key.kid}:${key.secret}`,
  PUBLIC_CALLBACK_BASE_URL: "https://verdict.example.com",
  CALLBACK_PATH_SECRET: "a-path-only-tests-know",
};
const subject = (expiresAt: string) => ({ verificationId: ID, expiresAt: new Date(expiresAt) });

describe("verdict token mint", () => {
  test("makes a token the receiver takes, and the callback it belongs to", async () => {
    const claim = ["--transaction-id", "hks1", "--passed", "Y", "--sub-code", "200"];
    const { code, stdout } = await verdict(
      ["token", "mint", "--verification", ID, "--ttl", "60", "--json", ...claim],
      env,
    );
    const made = JSON.parse(stdout);
    expect([code, made.kid, made.route]).toEqual([0, "k1", "default"]);
    expect(made.callbackUrl).toBe("https://verdict.example.com/callbacks/default/a-path-only-tests-know");
    expect(made.callback).toBe(
      `${made.callbackUrl}?callbackToken=${made.token}&transactionId=hks1&passed=Y&subCode=200`,
    );
    const routes = [{ slug: "default", keys: [key] }];
    expect(inspectCallbackToken("default", made.token, routes, new Date())).toMatchObject({
      ...{ kind: "genuine", expired: false, subject: { verificationId: ID, expiresAt: new Date(made.expiresAt) } },
    });
  });

  test.each<[string[], Record<string, string>, RegExp]>([
    [["--verification", "x"], env, /'--verification <id>' argument 'x' is invalid/],
    [["--verification", ID, "--route", "two"], env, /^--route: there is no route two\n$/],
    [["--verification", ID, "--passed", "Y"], env, /^--transaction-id, --passed and --sub-code: .* all three/],
    [["--verification", ID], {}, /^CALLBACK_TOKEN_KEYS: not set; /],
  ])("refuses %j in one line", async (args, env, message) => {
    const { code, stderr } = await verdict(["token", "mint", ...args], env);
    expect([code, stderr.trimEnd().split("\n").length]).toEqual([1, 1]);
    expect(stderr).toMatch(message);
  });
});

describe("verdict token inspect", () => {
  const good = signCallbackToken("default", subject("2100-01-01T00:00:00Z"), key);
  const expired = signCallbackToken("default", subject("2026-01-01T00:00:00Z"), key);

  test.each<[string, number, string]>([
    [good, 0, `genuine: of verification ${ID}, signed with k1\ngood until 2100-01-01T00:00:00.000Z\n`],
    [
      expired,
      0,
      `genuine: of verification ${ID}, signed with k1\nexpired since 2026-01-01T00:00:00.000Z: a callback is kept`,
    ],
    [`k7${good.slice(2)}`, 1, "refused: no key is called k7\nroute default verifies with k1; was k7 taken out of"],
    [good.slice(0, -2), 1, "refused: malformed\n46 characters stand behind the dot instead of 48; was it cut off?\n"],
    [
      `k1.${"A".repeat(48)}`,
      1,
      "refused: the signature is wrong\nthe secret of k1 has not made this for route default",
    ],
  ])("says of %s exactly what it is", async (token, code, says) => {
    const told = await verdict(["token", "inspect", "-"], env, `${token}\n`);
    expect(told).toMatchObject({ code, stderr: "" });
    expect(told.stdout).toContain(says);
  });

  test("takes the whole address of a callback, and tells it as JSON", async () => {
    const address = `https://x.example/callbacks/two/secret?transactionId=t&CallbackToken=${good}&passed=Y`;
    const { code, stdout } = await verdict(["token", "inspect", address, "--json"], env);
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      { taken: false, route: "two", kind: "unknown_route", known: ["default"] },
    ]);
    const here = await verdict(["token", "inspect", address, "--route", "default", "--json"], env);
    expect([here.code, JSON.parse(here.stdout)]).toMatchObject([
      0,
      { taken: true, kind: "genuine", kid: "k1", expired: false },
    ]);
    expect(readToken(address)).toEqual({ token: good, route: "two" });
  });

  test("finds another system's token where the route takes such, and says where it is not registered", async () => {
    const database = await createTestDatabase();
    try {
      const { id } = await givenVerification(database.db, { status: "awaiting" });
      await database.db
        .sql`insert into opaque_tokens values ('default', ${opaqueTokenHash("theirs")}, ${id}, now() + interval '1 hour')`;
      const opaque = { ...env, CALLBACK_OPAQUE_TOKENS: "true", DATABASE_URL: database.url };
      expect(await verdict(["token", "inspect", "theirs"], opaque)).toMatchObject({
        ...{ code: 0, stdout: expect.stringContaining(`registered: another system's token, of verification ${id}`) },
      });
      expect(await verdict(["token", "inspect", "nobody-s"], opaque)).toMatchObject({
        ...{ code: 1, stdout: expect.stringContaining("no session is registered with this one") },
      });
    } finally {
      await database.drop();
    }
  });
});
