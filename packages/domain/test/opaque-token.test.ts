import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { opaqueTokenHash } from "../src/opaque-token.ts";

test("a token has the same hash in every process and release", () => {
  expect(opaqueTokenHash("NMjvQanQgplBSaEI0sL86WnQplB")).toBe(
    "2b3322bc423d008201ead4a7e0019db44aa95947f2320e7b123eb0b06cb9753e",
  );
});

test("a hash is 64 hex characters, whatever the token", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (token) => /^[0-9a-f]{64}$/.test(opaqueTokenHash(token))));
});

test("tokens that differ have hashes that differ, down to the case of a letter", () => {
  const printable = fc.string({ unit: "grapheme-ascii", maxLength: 8 });
  fc.assert(fc.property(printable, printable, (a, b) => (opaqueTokenHash(a) === opaqueTokenHash(b)) === (a === b)));
  expect(opaqueTokenHash("Token")).not.toBe(opaqueTokenHash("token"));
});

test("a hash of the same text that was made for another purpose does not match", () => {
  expect(opaqueTokenHash("token")).not.toBe(createHash("sha256").update("token").digest("hex"));
});
