import fc from "fast-check";
import { expect, test } from "vitest";
import { type ReceiptIdentity, receiptId } from "../src/receipt-id.ts";

const said: ReceiptIdentity = {
  route: "default",
  verificationId: "01234567-89ab-4cde-8f01-23456789abcd",
  transactionId: "hks0123456789abcdef0123456789abc",
  claim: { passed: true, subCode: "200" },
};

/** Any text at all, so that no separator the implementation may use is left out. */
const text = fc.oneof(fc.string({ unit: "binary", maxLength: 6 }), fc.constantFrom("\0", '"', '","', "Y", "N", ""));
const identity: fc.Arbitrary<ReceiptIdentity> = fc.record({
  route: text,
  verificationId: text,
  transactionId: text,
  claim: fc.record({ passed: fc.boolean(), subCode: text }),
});

const same = (a: ReceiptIdentity, b: ReceiptIdentity) =>
  a.route === b.route &&
  a.verificationId === b.verificationId &&
  a.transactionId === b.transactionId &&
  a.claim.passed === b.claim.passed &&
  a.claim.subCode === b.claim.subCode;

test("the same claim has the same id, in every process and release", () => {
  expect(receiptId(said)).toBe(receiptId(structuredClone(said)));
  expect(receiptId(said)).toBe("01234567-89ab-86ec-8bc2-d9fe4b159141");
});

test.each<[string, ReceiptIdentity]>([
  ["route", { ...said, route: "other" }],
  ["verification", { ...said, verificationId: "01234567-89ab-4cde-8f01-23456789abce" }],
  ["transaction", { ...said, transactionId: "hks0123456789abcdef0123456789abd" }],
  ["verdict", { ...said, claim: { ...said.claim, passed: false } }],
  ["sub-code", { ...said, claim: { ...said.claim, subCode: "205" } }],
])("another %s makes another receipt", (_field, other) => {
  expect(receiptId(other)).not.toBe(receiptId(said));
});

test("every id is a UUID of version 8", () => {
  fc.assert(
    fc.property(identity, (callback) => {
      expect(receiptId(callback)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }),
  );
});

test("an id begins with the verification's time, so new receipts land side by side in an index", () => {
  fc.assert(
    fc.property(identity, fc.uuid(), (callback, verificationId) => {
      expect(receiptId({ ...callback, verificationId }).slice(0, 13)).toBe(verificationId.slice(0, 13));
    }),
  );
});

test("two verifications that share their beginning have receipts of their own", () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (one, other) => {
      const twin = one.slice(0, 13) + other.slice(13);
      fc.pre(twin !== one);
      expect(receiptId({ ...said, verificationId: twin })).not.toBe(receiptId({ ...said, verificationId: one }));
    }),
  );
});

test("ids are equal exactly when all that was said is equal", () => {
  fc.assert(
    fc.property(identity, identity, (a, b) => {
      expect(receiptId(a) === receiptId(b)).toBe(same(a, b));
    }),
    { numRuns: 2_000 },
  );
});

test("a character that moves from one field into the next makes another receipt", () => {
  const fields = ["route", "verificationId", "transactionId"] as const;
  fc.assert(
    fc.property(fc.constantFrom(0, 1), text, text, fc.constantFrom("\0", "x", '"', ","), (index, left, right, char) => {
      const [first, second] = [fields[index], fields[index + 1]];
      if (!first || !second) throw new Error("there is no such field");
      const before = { ...said, [first]: left + char, [second]: right };
      const after = { ...said, [first]: left, [second]: char + right };
      expect(receiptId(before)).not.toBe(receiptId(after));
    }),
  );
  const joined = { ...said, route: "a\0b", verificationId: "c" };
  expect(receiptId(joined)).not.toBe(receiptId({ ...said, route: "a", verificationId: "b\0c" }));
});
