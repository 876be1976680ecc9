import { randomBytes, randomUUIDv7 } from "node:crypto";
import { receiptId } from "@verdict/domain";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packClaims, type ReceiptClaim, unpackClaims } from "../src/index.ts";

const claim: fc.Arbitrary<ReceiptClaim> = fc
  .record({
    route: fc.constantFrom("default", "branch", "__proto__"),
    verificationId: fc.uuid(),
    transactionId: fc.string({ maxLength: 64 }),
    passed: fc.boolean(),
    subCode: fc.string({ maxLength: 16 }),
    keyId: fc.constantFrom("k1", "k2", "opaque"),
    receivedAt: fc.date({ min: new Date(0), max: new Date("2106-01-01"), noInvalidDate: true }),
    late: fc.boolean(),
    extra: fc.option(fc.dictionary(fc.string(), fc.string())),
  })
  .map((said) => ({ ...said, id: receiptId({ ...said, claim: said }) }));

const batchId = "0f4e9d1c-6a52-4b39-9a7e-2f1d6c0b8e54";

/** As the provider's callbacks are. */
const usual = (): ReceiptClaim => {
  const said = {
    route: "default",
    verificationId: randomUUIDv7(),
    transactionId: `hks${randomBytes(15).toString("hex").slice(1)}`,
    passed: true,
    subCode: "200",
  };
  const id = receiptId({ ...said, claim: said });
  return { ...said, id, keyId: "k1", receivedAt: new Date(), late: false, extra: null };
};

test("what was packed comes out again, in order, with the ids it had", () => {
  fc.assert(
    fc.property(fc.array(claim, { maxLength: 12 }), (claims) => {
      expect(unpackClaims(packClaims({ batchId, claims }))).toEqual({ batchId, claims });
    }),
  );
});

test("a batch takes less than a fifth of the room its claims would take as objects", () => {
  const claims = Array.from({ length: 64 }, usual);
  const packed = packClaims({ batchId, claims });
  expect(packed.length * 5).toBeLessThan(JSON.stringify(claims).length);
  expect(packed.length / claims.length).toBeLessThan(64);
});

test("text that no store could keep is mended", () => {
  const packed = packClaims({ batchId, claims: [{ ...usual(), extra: { "k\0": "\ud800" } }] });
  expect(unpackClaims(packed)).toMatchObject({ claims: [{ extra: { "k\uFFFD": "\uFFFD" } }] });
});

describe("a damaged text is refused:", () => {
  const packed = packClaims({ batchId, claims: Array.from({ length: 5 }, usual) });
  const common = `"batchId":"${batchId}","since":0,`;
  test("and the same without the damage is not", () => {
    const id = "0".repeat(32);
    expect(unpackClaims(`{${common}"from":[["r","k"]],"rows":[[0,"${id}","t","Y",0,0,null]]}`).claims).toHaveLength(1);
  });
  test.each([
    ["empty", ""],
    ["no JSON", "{"],
    ["other JSON", '{"since":0}'],
    ["cut short", packed.slice(0, packed.length / 2)],
    [
      "a route that is not there",
      `{${common}"from":[],"rows":[[0,"00000000000000000000000000000000","t","Y",0,0,null]]}`,
    ],
    ["an id that is none", `{${common}"from":[["r","k"]],"rows":[[0,"0","t","Y",0,0,null]]}`],
    ["no verdict", `{${common}"from":[["r","k"]],"rows":[[0,"00000000000000000000000000000000","t","200",0,0,null]]}`],
    [
      "a transaction id beyond the provider's limit",
      `{${common}"from":[["r","k"]],"rows":[[0,"00000000000000000000000000000000","${"t".repeat(65)}","Y",0,0,null]]}`,
    ],
  ])("%s", (_, text) => {
    expect(() => unpackClaims(text)).toThrow();
  });
});
