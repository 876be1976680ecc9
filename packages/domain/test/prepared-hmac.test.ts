import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type PreparedHmac, preparedHmac } from "../src/prepared-hmac.ts";

const inHex = (hmac: PreparedHmac, rest: Uint8Array, bytes = 32): string => {
  const into = Buffer.alloc(bytes);
  hmac(rest, into);
  return into.toString("hex");
};

test("is the HMAC that node:crypto makes, for every secret, prefix and message, call after call", () => {
  const secret = fc.oneof(
    fc.string({ minLength: 1, maxLength: 200, unit: "binary" }),
    fc.string({ minLength: 62, maxLength: 66 }),
  );
  const messages = fc
    .integer({ min: 0, max: 100 })
    .chain((size) => fc.array(fc.uint8Array({ minLength: size, maxLength: size }), { minLength: 1, maxLength: 4 }));
  fc.assert(
    fc.property(secret, fc.string({ maxLength: 90, unit: "binary" }), messages, (key, prefix, rests) => {
      const hmac = preparedHmac(key, prefix, rests[0]?.length ?? 0);
      for (const rest of rests) {
        expect(inHex(hmac, rest)).toBe(createHmac("sha256", key).update(prefix).update(rest).digest("hex"));
      }
    }),
  );
});

test("the vector of RFC 4231, case 2", () => {
  const hmac = preparedHmac("Jefe", "what do ya want ", 12);
  expect(inHex(hmac, Buffer.from("for nothing?"))).toBe(
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});

test("a message of another length is refused", () => {
  expect(() => preparedHmac("secret", "", 20)(new Uint8Array(19), new Uint8Array(32))).toThrow(
    "expected 20 bytes, got 19",
  );
});

test("where there is less room, its first bytes are written", () => {
  const hmac = preparedHmac("Jefe", "what do ya want ", 12);
  expect(inHex(hmac, Buffer.from("for nothing?"), 16)).toBe("5bdcc146bf60754e6a042426089575c7");
});
