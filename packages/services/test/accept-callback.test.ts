import type { NewReceipt } from "@verdict/db";
import { signCallbackToken } from "@verdict/domain";
import { describe, expect, test } from "vitest";
import { type Acceptance, acceptCallback } from "../src/accept-callback.ts";

const NEW_KEY = { kid: "k2", secret: "the secret that signs" };
const OLD_KEY = { kid: "k1", secret: "the secret that still verifies" };
const STRANGER = { kid: "k2", secret: "a stranger's guess" };
const RETIRED = { kid: "k0", secret: "a secret nobody holds any more" };

const SESSION = "019cb9f2-7a40-7c10-8a55-2f9e0d6b1c3a";
const EXPIRES = new Date("2026-03-01T10:32:00.000Z");
const IN_TIME = new Date("2026-03-01T10:10:00.000Z");

const tokenOf = (key = NEW_KEY, route = "default") =>
  signCallbackToken(route, { verificationId: SESSION, expiresAt: EXPIRES }, key);

type Query = Record<string, string> | [string, string][];
const genuine = (changes: Record<string, string> = {}) => ({
  callbackToken: tokenOf(),
  transactionId: "hks-1",
  passed: "Y",
  subCode: "200",
  ...changes,
});
const without = (name: string) => Object.entries(genuine()).filter(([key]) => key !== name);

/** A receiver's decision, with all that it asked of its stores. */
async function accept(query: Query, { route = "default", at = IN_TIME, commit = async () => {} }: Options = {}) {
  const committed: NewReceipt[] = [];
  const malformed: object[] = [];
  const decide = acceptCallback({
    tokenKeys: (slug) => (slug === "default" || slug === "branch" ? [NEW_KEY, OLD_KEY] : null),
    commit: async (receipt) => {
      committed.push(receipt);
      await commit();
    },
    recordMalformed: async (callback) => void malformed.push(callback),
  });
  const result: Acceptance = await decide(route, Array.isArray(query) ? query : Object.entries(query), at);
  return { result, committed, malformed, touched: committed.length + malformed.length };
}
type Options = { route?: string; at?: Date; commit?: () => Promise<void> };

describe("an authentic callback", () => {
  test("is committed with what it says, and accepted only then", async () => {
    const { result, committed } = await accept(genuine());
    expect(result).toEqual({ outcome: "accepted" });
    expect(committed).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
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
  });

  test.each([
    { query: genuine({ passed: "N", subCode: "205" }), receipt: { passed: false, subCode: "205" } },
    { query: genuine({ passed: "true" }), receipt: { passed: true } },
    { query: genuine({ passed: "F" }), receipt: { passed: false } },
    { query: { ...genuine(), shop: "42" }, receipt: { extra: { shop: "42" } } },
    { query: genuine({ callbackToken: tokenOf(OLD_KEY) }), receipt: { keyId: "k1" } },
  ])("says what it says: $receipt", async ({ query, receipt }) => {
    const { result, committed } = await accept(query);
    expect(result.outcome).toBe("accepted");
    expect(committed).toMatchObject([receipt]);
  });

  test("may spell its parameters in any letter case", async () => {
    const shouted = Object.entries(genuine()).map(([name, value]): [string, string] => [name.toUpperCase(), value]);
    expect((await accept(shouted)).committed).toEqual((await accept(genuine())).committed);
  });

  test("never passes its token on", async () => {
    const { committed } = await accept({ ...genuine(), other: "kept" });
    expect(JSON.stringify(committed)).not.toContain(tokenOf());
  });

  test.each([
    { at: EXPIRES, late: false },
    { at: new Date(EXPIRES.getTime() + 1), late: true },
    { at: new Date("2027-03-01T00:00:00.000Z"), late: true },
  ])("is kept at $at, late: $late", async ({ at, late }) => {
    const { result, committed } = await accept(genuine(), { at });
    expect(result.outcome).toBe("accepted");
    expect(committed).toMatchObject([{ late, receivedAt: at }]);
  });

  test("has the id of its copies, and another claim has another", async () => {
    const idOf = async (query: Query, at = IN_TIME) => (await accept(query, { at })).committed[0]?.id;
    const id = await idOf(genuine());
    expect(await idOf({ ...genuine(), extra: "1" }, new Date("2026-03-01T11:00:00Z"))).toBe(id);
    expect(await idOf(genuine({ passed: "t" }))).toBe(id);
    expect(await idOf(genuine({ callbackToken: tokenOf(OLD_KEY) }))).toBe(id);
    const others = [{ passed: "N" }, { subCode: "205" }, { transactionId: "hks-2" }];
    const ids = await Promise.all(others.map((change) => idOf(genuine(change))));
    expect(new Set([id, ...ids]).size).toBe(4);
  });

  test("that no store takes is not accepted, and the cause is told", async () => {
    const cause = new Error("both stores are away");
    const { result } = await accept(genuine(), { commit: () => Promise.reject(cause) });
    expect(result).toEqual({ outcome: "unavailable", cause });
  });
});

describe("no store is touched by", () => {
  test.each([
    { query: {}, outcome: { outcome: "probe" } },
    { query: { shop: "42" }, outcome: { outcome: "probe" } },
    { query: without("callbackToken"), outcome: { outcome: "refused", reason: "missing" } },
    { query: genuine({ callbackToken: "" }), outcome: { outcome: "refused", reason: "missing" } },
    { query: { transactionId: "" }, outcome: { outcome: "refused", reason: "missing" } },
    { query: genuine({ callbackToken: "nonsense" }), outcome: { outcome: "refused", reason: "malformed" } },
    { query: genuine({ callbackToken: `${tokenOf()}A` }), outcome: { outcome: "refused", reason: "malformed" } },
    { query: genuine({ callbackToken: tokenOf(STRANGER) }), outcome: { outcome: "refused", reason: "forged" } },
    { query: genuine({ callbackToken: tokenOf(RETIRED) }), outcome: { outcome: "refused", reason: "unknown_key" } },
    {
      query: genuine({ callbackToken: tokenOf(NEW_KEY, "branch") }),
      outcome: { outcome: "refused", reason: "forged" },
    },
    {
      query: [...without("passed"), ["passed", "x"], ["callbackToken", "k2.other"]],
      outcome: { outcome: "refused", reason: "missing" },
    },
  ] as { query: Query; outcome: Acceptance }[])("a stranger: $outcome (case $#)", async ({ query, outcome }) => {
    const { result, touched } = await accept(query);
    expect(result).toEqual(outcome);
    expect(touched).toBe(0);
  });

  test("anybody at a route that does not exist", async () => {
    expect((await accept({}, { route: "nowhere" })).result).toEqual({ outcome: "no_such_route" });
    const { result, touched } = await accept(genuine(), { route: "nowhere" });
    expect(result).toEqual({ outcome: "refused", reason: "unknown_key" });
    expect(touched).toBe(0);
  });
});

describe("a genuine token with nonsense is refused and recorded by reason, never by value:", () => {
  test.each([
    { query: without("transactionId"), reason: "transactionid is missing" },
    { query: without("passed"), reason: "passed is missing" },
    { query: without("subCode"), reason: "subcode is missing" },
    { query: genuine({ passed: "maybe-secret" }), reason: "passed is neither yes nor no" },
    { query: genuine({ transactionId: "a secret id" }), reason: "transactionid is not an id" },
    { query: genuine({ subCode: "200; secret" }), reason: "subcode is not a code" },
    { query: [...Object.entries(genuine()), ["PASSED", "N"]], reason: "passed is repeated with different values" },
  ] as { query: Query; reason: string }[])("$reason", async ({ query, reason }) => {
    const { result, committed, malformed } = await accept(query);
    expect(result).toEqual({ outcome: "malformed", reason });
    expect(malformed).toEqual([{ route: "default", verificationId: SESSION, reason, at: IN_TIME }]);
    expect(committed).toEqual([]);
  });
});
