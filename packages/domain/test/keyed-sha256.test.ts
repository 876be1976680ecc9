import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { KeyedSha256 } from "../src/keyed-sha256.ts";

const block = fc.uint8Array({ minLength: 64, maxLength: 64 });

test("is the digest of key and message that node:crypto makes, for messages of any length, time after time", () => {
  fc.assert(
    fc.property(block, fc.uint8Array({ minLength: 1, maxLength: 200 }), (key, message) => {
      const digest = new KeyedSha256(key, message.length);
      for (const said of [message, message.toReversed()]) {
        const into = Buffer.alloc(32);
        digest.message.set(said);
        digest.writeDigest(into);
        expect(into.toString("hex")).toBe(createHash("sha256").update(key).update(said).digest("hex"));
      }
    }),
  );
});

test.each([54, 55, 56, 63, 64, 119, 120])(
  "a message of %i bytes ends where the padding still fits, or just not",
  (bytes) => {
    const key = Buffer.alloc(64, "k");
    const into = Buffer.alloc(32);
    new KeyedSha256(key, bytes).writeDigest(into);
    expect(into).toEqual(createHash("sha256").update(key).update(Buffer.alloc(bytes)).digest());
  },
);

test("a key that is no block is refused", () => {
  expect(() => new KeyedSha256(new Uint8Array(63), 20)).toThrow("expected a key of 64 bytes, got 63");
});
