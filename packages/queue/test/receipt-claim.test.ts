import { randomBytes, randomUUIDv7 } from "node:crypto";
import { receiptId } from "@verdict/domain";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packClaims, type ReceiptClaim, unpackClaims } from "../src/index.ts";

const identified = (said: ReceiptClaim) => ({ ...said, id: receiptId({ ...said, claim: said }) });

const usualTransaction = fc.stringMatching(/^hks[0-9a-f]{29}$/);

const claim: fc.Arbitrary<ReceiptClaim & { id: string }> = fc
  .record({
    route: fc.constantFrom("default", "branch", "__proto__"),
    verificationId: fc.uuid(),
    transactionId: fc.oneof(usualTransaction, fc.string({ maxLength: 64 })),
    passed: fc.boolean(),
    subCode: fc.string({ maxLength: 16 }),
    keyId: fc.constantFrom("k1", "k2", "opaque"),
    receivedAt: fc.date({ min: new Date(0), max: new Date("2106-01-01"), noInvalidDate: true }),
    late: fc.boolean(),
    extra: fc.option(fc.dictionary(fc.string(), fc.string())),
  })
  .map(identified);

const batchId = "0f4e9d1c-6a52-4b39-9a7e-2f1d6c0b8e54";

/** As the provider's callbacks are. */
const usual = (): ReceiptClaim => ({
  route: "default",
  verificationId: randomUUIDv7(),
  transactionId: `hks${randomBytes(15).toString("hex").slice(1)}`,
  passed: true,
  subCode: "200",
  keyId: "k1",
  receivedAt: new Date(),
  late: false,
  extra: null,
});

test.each([
  ["of any transaction ids", claim],
  [
    "of the usual transaction ids",
    fc.tuple(claim, usualTransaction).map(([said, transactionId]) => identified({ ...said, transactionId })),
  ],
])("a batch %s comes out as it was packed, with the ids of its receipts", (_, claims) => {
  fc.assert(
    fc.property(fc.array(claims, { maxLength: 12 }), (batch) => {
      const claims = batch.map(({ id: _, ...said }) => said);
      expect(unpackClaims(packClaims({ batchId, claims }))).toEqual({ batchId, claims: batch });
    }),
  );
});

test("a batch takes about a fifth of the room its claims would take as objects", () => {
  const claims = Array.from({ length: 64 }, usual);
  const packed = packClaims({ batchId, claims });
  expect(packed.length * 5).toBeLessThan(JSON.stringify(claims).length);
  expect(packed.length / claims.length).toBeLessThan(45);
});

test("the traces of some claims come along; a batch without any is packed as ever", () => {
  const claims = Array.from({ length: 3 }, usual);
  const plain = packClaims({ batchId, claims });
  const trace = `${"0af7651916cd43dd".repeat(2)}-b7ad6b7169203331`;
  const traced = packClaims({ batchId, claims, traces: [[2, trace]] });
  expect(unpackClaims(traced).traces).toEqual([[2, trace]]);
  expect(traced.length - plain.length).toBeLessThan(64);
  expect(packClaims({ batchId, claims, traces: [] })).toBe(plain);
  expect(unpackClaims(plain)).not.toHaveProperty("traces");
});

test("text that no store could keep is mended", () => {
  const packed = packClaims({ batchId, claims: [{ ...usual(), extra: { "k\0": "\ud800" } }] });
  expect(unpackClaims(packed)).toMatchObject({ claims: [{ extra: { "k\uFFFD": "\uFFFD" } }] });
});

describe("a damaged text is refused:", () => {
  const names = ["batchId", "since", "later", "kinds", "turns", "verifications", "transactions", "extra"];
  const whole: unknown[] = JSON.parse(packClaims({ batchId, claims: [usual(), usual(), usual()] }));
  const damaged = (changes: Record<string, unknown>): string =>
    JSON.stringify(whole.map((column, index) => changes[names[index] ?? ""] ?? column));
  const verifications = String(whole[names.indexOf("verifications")]);

  test("and the same without the damage is not", () => {
    expect(unpackClaims(damaged({})).claims).toHaveLength(3);
  });
  test.each([
    ["empty", ""],
    ["no JSON", "{"],
    ["other JSON", '{"since":0}'],
    ["cut short", damaged({}).slice(0, 200)],
    ["a kind that is not there", damaged({ turns: [[2, 1]] })],
    ["no kinds", damaged({ kinds: [] })],
    ["an id too few", damaged({ verifications: verifications.slice(0, 40) })],
    ["ids that are no Base64", damaged({ verifications: "?" })],
    ["a transaction id too few", damaged({ transactions: ["t", "t"] })],
    ["a transaction id beyond the provider's limit", damaged({ transactions: ["t", "t", "t".repeat(65)] })],
    ["no verdict", damaged({ kinds: [["r", "k", "200", 0]] })],
    ["a column nobody knows", `${damaged({}).slice(0, -1)},"t"]`],
  ])("%s", (_, text) => {
    expect(() => unpackClaims(text)).toThrow();
  });
});
