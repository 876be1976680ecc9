import type { ReceivedClaim } from "@verdict/db";
import type { CallbackContent } from "@verdict/domain";
import { describe, expect, test } from "vitest";
import { type Acceptable, type AcceptDeps, acceptCallback } from "../src/accept-callback.ts";

const SESSION = "019cb9f2-7a40-7c10-8a55-2f9e0d6b1c3a";
const EXPIRES = new Date("2026-03-01T10:32:00.000Z");
const IN_TIME = new Date("2026-03-01T10:10:00.000Z");
const FOREIGN_TOKEN = "a token that another system made";

const claim: CallbackContent = {
  kind: "claim",
  transactionId: "hks-1",
  claim: { passed: true, subCode: "200" },
  extra: {},
};
const nonsense: CallbackContent = { kind: "malformed", reason: "passed is missing" };

const genuine = (content: CallbackContent = claim, changes = {}): Acceptable => ({
  kind: "genuine",
  verificationId: SESSION,
  expiresAt: EXPIRES,
  keyId: "k2",
  content,
  ...changes,
});
const opaque = (content: CallbackContent = claim, token = FOREIGN_TOKEN): Acceptable => ({
  kind: "opaque",
  token,
  content,
});

/** Stores that take everything and know one token; every touch of them is kept. */
function givenStores(changes: Partial<AcceptDeps> = {}) {
  const committed: ReceivedClaim[] = [];
  const malformed: object[] = [];
  const lookedUp: string[][] = [];
  const accept = acceptCallback({
    commit: async (receipt) => {
      committed.push(receipt);
      await changes.commit?.(receipt);
    },
    recordMalformed: async (callback) => {
      malformed.push(callback);
      await changes.recordMalformed?.(callback);
    },
    findOpaqueToken: async (route, token) => {
      lookedUp.push([route, token]);
      if (changes.findOpaqueToken) return changes.findOpaqueToken(route, token);
      return token === FOREIGN_TOKEN ? { verificationId: SESSION, expiresAt: EXPIRES } : null;
    },
  });
  return { accept, committed, malformed, lookedUp };
}

const away = (cause: Error) => () => Promise.reject(cause);

describe("a genuine callback", () => {
  test("is committed with what it says, and nobody is asked about its token", async () => {
    const { accept, committed, malformed, lookedUp } = givenStores();
    expect(await accept("default", genuine(), IN_TIME)).toEqual({ outcome: "accepted" });
    expect(committed).toEqual([
      {
        route: "default",
        verificationId: SESSION,
        transactionId: "hks-1",
        passed: true,
        subCode: "200",
        keyId: "k2",
        late: false,
        extra: null,
        receivedAt: IN_TIME,
      },
    ]);
    expect([malformed, lookedUp]).toEqual([[], []]);
  });

  test("is accepted only after the commit", async () => {
    const stored = Promise.withResolvers<void>();
    const { accept } = givenStores({ commit: () => stored.promise });
    const order: string[] = [];
    const answering = accept("default", genuine(), IN_TIME).then(({ outcome }) => void order.push(outcome));
    // Whatever is due in this turn has happened, and nothing was promised.
    await Promise.race([answering, new Promise((resolve) => setImmediate(resolve))]);
    order.push("committed");
    stored.resolve();
    await answering;
    expect(order).toEqual(["committed", "accepted"]);
  });

  test.each<[string, Acceptable, Partial<ReceivedClaim>]>([
    ["a no", genuine({ ...claim, claim: { passed: false, subCode: "205" } }), { passed: false, subCode: "205" }],
    ["its lateness", genuine(claim, { expiresAt: new Date(IN_TIME.getTime() - 1) }), { late: true }],
    ["that it came in the last moment", genuine(claim, { expiresAt: IN_TIME }), { late: false }],
    ["the key that vouches for it", genuine(claim, { keyId: "k1" }), { keyId: "k1" }],
    ["parameters of the integrator's own", genuine({ ...claim, extra: { shop: "42" } }), { extra: { shop: "42" } }],
    ["no parameters of the integrator's own as null", genuine({ ...claim, extra: {} }), { extra: null }],
  ])("keeps %s", async (_, judged, receipt) => {
    const { accept, committed } = givenStores();
    expect(await accept("default", judged, IN_TIME)).toEqual({ outcome: "accepted" });
    expect(committed).toMatchObject([receipt]);
  });

  test("that no store takes is not accepted, and the cause is told", async () => {
    const cause = new Error("both stores are away");
    const { accept } = givenStores({ commit: away(cause) });
    expect(await accept("default", genuine(), IN_TIME)).toEqual({ outcome: "unavailable", cause });
  });

  test("with nonsense is recorded by its reason and not committed", async () => {
    const { accept, committed, malformed } = givenStores();
    const answer = await accept("default", genuine(nonsense), IN_TIME);
    expect(answer).toEqual({ outcome: "malformed", reason: "passed is missing" });
    expect(malformed).toEqual([
      { route: "default", verificationId: SESSION, reason: "passed is missing", at: IN_TIME },
    ]);
    expect(committed).toEqual([]);
  });

  test("with nonsense that cannot be recorded is not answered as if it were", async () => {
    const cause = new Error("Postgres is away");
    const { accept } = givenStores({ recordMalformed: away(cause) });
    expect(await accept("default", genuine(nonsense), IN_TIME)).toEqual({ outcome: "unavailable", cause });
  });
});

describe("another system's token", () => {
  test("that is registered makes a callback like any other, told by the session it stands for", async () => {
    const { accept, committed, lookedUp } = givenStores();
    expect(await accept("default", opaque(), IN_TIME)).toEqual({ outcome: "accepted" });
    await accept("default", genuine(), IN_TIME);
    const [foreign, own] = committed;
    expect(foreign).toEqual({ ...own, keyId: "opaque" });
    expect(lookedUp).toEqual([["default", FOREIGN_TOKEN]]);
    expect(JSON.stringify(committed)).not.toContain(FOREIGN_TOKEN);
  });

  test.each([
    [EXPIRES, false],
    [new Date(EXPIRES.getTime() + 1), true],
  ])("at %s is late: %s", async (at, late) => {
    const { accept, committed } = givenStores();
    expect(await accept("default", opaque(), at)).toEqual({ outcome: "accepted" });
    expect(committed).toMatchObject([{ late, receivedAt: at }]);
  });

  test.each([
    ["a claim", claim],
    ["nonsense", nonsense],
  ])("that nobody registered is nobody's, and %s under it is not kept", async (_, content) => {
    const { accept, committed, malformed } = givenStores();
    expect(await accept("default", opaque(content, "a guess"), IN_TIME)).toEqual({ outcome: "unknown_token" });
    expect([committed, malformed]).toEqual([[], []]);
  });

  test("with nonsense is recorded under its session", async () => {
    const { accept, malformed } = givenStores();
    const answer = await accept("default", opaque(nonsense), IN_TIME);
    expect(answer).toEqual({ outcome: "malformed", reason: "passed is missing" });
    expect(malformed).toMatchObject([{ verificationId: SESSION }]);
  });

  test("that cannot be looked up now is neither refused nor accepted", async () => {
    const cause = new Error("Postgres is away");
    const { accept, committed } = givenStores({ findOpaqueToken: away(cause) });
    expect(await accept("default", opaque(), IN_TIME)).toEqual({ outcome: "unavailable", cause });
    expect(committed).toEqual([]);
  });
});
